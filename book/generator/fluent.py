"""Reads the catalogues, as far as they use Fluent: messages, attributes, values, and choices by a value."""

import re
from dataclasses import dataclass, field
from pathlib import Path

MESSAGE = re.compile(r"^([A-Za-z][\w-]*) =\s?(.*)$")
ATTRIBUTE = re.compile(r"^ +\.([A-Za-z][\w-]*) =\s?(.*)$")
CHOICE = re.compile(r"^\{\s*\$(\w+)\s*->(.*)\}$", re.DOTALL)
VARIANT = re.compile(r"(\*?)\[\s*([\w-]+)\s*\]")
VALUE = re.compile(r"^\{\s*\$(\w+)\s*\}$")
QUOTED = re.compile(r'^\{\s*"(.*)"\s*\}$', re.DOTALL)


class FluentError(Exception):
    """A catalogue has something that this reader does not know."""


@dataclass
class Message:
    """A message as it stands in the catalogue."""

    value: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


class Catalogue:
    """Messages of some files, in their order."""

    def __init__(self, *paths: Path) -> None:
        """Reads the files."""
        self.messages: dict[str, Message] = {}
        for path in paths:
            self.messages.update(messages(path.read_text(encoding="utf-8"), path.name))

    def text(self, name: str, **values: str) -> str:
        """A message, `name`, or an attribute, `name.attribute`, with placeholders for the values that are not given."""
        message, _, attribute = name.partition(".")
        found = self.messages.get(message)
        pattern = found and (found.attributes.get(attribute) if attribute else found.value)
        if not pattern:
            raise FluentError(f"no catalogue has {name}")
        return " ".join(shown(pattern, values).split())

    def all(self) -> str:
        """All messages and attributes, a line for each."""
        names = [name for name, message in self.messages.items() if message.value]
        names += [f"{name}.{attribute}" for name, message in self.messages.items() for attribute in message.attributes]
        return "\n".join(self.text(name) for name in names)

    def has(self, name: str) -> bool:
        """Whether there is such a message or attribute."""
        message, _, attribute = name.partition(".")
        return message in self.messages and (not attribute or attribute in self.messages[message].attributes)


def messages(text: str, name: str) -> dict[str, Message]:
    """The messages of a file."""
    found: dict[str, Message] = {}
    message, attribute = Message(), ""
    for number, line in enumerate(text.splitlines(), 1):
        if begin := MESSAGE.match(line):
            message, attribute = Message(begin[2]), ""
            found[begin[1]] = message
        elif begin := ATTRIBUTE.match(line):
            attribute = begin[1]
            message.attributes[attribute] = begin[2]
        elif not line.strip() or line.startswith("#"):
            continue
        elif found and line.startswith((" ", "}")):
            if attribute:
                message.attributes[attribute] += "\n" + line
            else:
                message.value += "\n" + line
        else:
            raise FluentError(f"{name}:{number}: {line}")
    return found


def shown(pattern: str, values: dict[str, str]) -> str:
    """A pattern with placeholders, in capitals, for the values that are not given."""
    result, rest = "", pattern
    while "{" in rest:
        before, begin, _ = rest.partition("{")
        inner, rest = placeable(begin + rest[len(before) + 1 :])
        result += before + value(inner, values)
    return result + rest


def placeable(text: str) -> tuple[str, str]:
    """What is between a brace and the one that closes it, and what follows."""
    depth = 0
    for index, character in enumerate(text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0:
            return text[: index + 1], text[index + 1 :]
    raise FluentError(f"a brace is not closed: {text}")


def value(inner: str, values: dict[str, str]) -> str:
    """What stands for a placeable: a placeholder, text, or what is said where no other choice fits."""
    if named := VALUE.match(inner):
        return values.get(named[1]) or placeholder(named[1])
    if quoted := QUOTED.match(inner):
        return quoted[1]
    if choice := CHOICE.match(inner):
        return shown(default_of(choice[2]), values).strip()
    raise FluentError(f"not known: {inner}")


def placeholder(name: str) -> str:
    """A name in capitals: `listenPort` and `listen_port` are LISTEN_PORT."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace("-", "_").upper()


def default_of(variants: str) -> str:
    """The variant with the star."""
    marks = list(VARIANT.finditer(variants))
    for index, mark in enumerate(marks):
        if mark[1]:
            end = marks[index + 1].start() if index + 1 < len(marks) else len(variants)
            return variants[mark.end() : end]
    raise FluentError(f"no variant is the default: {variants}")
