//! Bodies put together by hand; `tests/conformance/clients` has kubectl's own.

use super::*;

/// A field with bytes.
fn field(number: u8, bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let bytes = bytes.as_ref();
    let length = u8::try_from(bytes.len()).unwrap();
    assert!(length < 128, "lengths of one byte only");
    [&[number << 3 | 2, length], bytes].concat()
}

fn number(number: u8, value: u8) -> Vec<u8> {
    vec![number << 3, value]
}

fn body(api_version: &str, kind: &str, object: &[u8]) -> Vec<u8> {
    let meta = [field(1, api_version), field(2, kind)].concat();
    [
        MAGIC.to_vec(),
        field(1, meta),
        field(2, object),
        field(3, ""),
        field(4, ""),
    ]
    .concat()
}

#[test]
fn a_service_as_kubectl_makes_it() {
    let label = [field(1, "app"), field(2, "web")].concat();
    let meta = [
        field(1, "web"),
        field(2, ""),
        field(3, "other"),
        number(7, 0),
        field(8, ""),
        field(11, &label),
    ];
    let by_number = [number(1, 0), number(2, 90), field(3, "")].concat();
    let by_name = [number(1, 1), number(2, 0), field(3, "http")].concat();
    let unset = [number(1, 0), number(2, 0), field(3, "")].concat();
    let port = |name: &str, target: &[u8]| {
        [
            field(1, name),
            field(2, "TCP"),
            number(3, 80),
            field(4, target),
            number(5, 0),
        ]
        .concat()
    };
    let spec = [
        field(1, port("a", &by_number)),
        field(1, port("b", &by_name)),
        field(1, port("", &unset)),
        field(2, &label),
        field(4, "NodePort"),
    ];
    let service = [field(1, meta.concat()), field(2, spec.concat()), field(3, field(1, ""))].concat();
    let expected = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": "web", "namespace": "other", "labels": {"app": "web"}},
        "spec": {
            "type": "NodePort", "selector": {"app": "web"},
            "ports": [
                {"name": "a", "protocol": "TCP", "port": 80, "targetPort": 90},
                {"name": "b", "protocol": "TCP", "port": 80, "targetPort": "http"},
                {"protocol": "TCP", "port": 80},
            ],
        },
        "status": {"loadBalancer": {}},
    });
    // The whole is longer than a length of one byte: the envelope is put together with one of two.
    let meta = field(1, [field(1, "v1"), field(2, "Service")].concat());
    let length = u8::try_from(service.len() - 128).unwrap();
    let object = [&[2 << 3 | 2, length | 0x80, 1][..], &service].concat();
    assert_eq!(super::object(&[MAGIC, &meta, &object].concat()).unwrap(), expected);
}

#[test]
fn values_that_are_one_in_json() {
    let time = [number(1, 100), vec![2 << 3, 0xff, 0x93, 0xeb, 0xdc, 0x03]].concat();
    let meta = [field(1, "lock"), field(8, &time)].concat();
    let spec = [field(1, "me"), number(2, 0), field(3, &time)].concat();
    let lease = body(
        "coordination.k8s.io/v1",
        "Lease",
        &[field(1, meta), field(2, spec)].concat(),
    );
    assert_eq!(
        object(&lease).unwrap(),
        json!({
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": {"name": "lock", "creationTimestamp": "1970-01-01T00:01:40Z"},
            "spec": {"holderIdentity": "me", "leaseDurationSeconds": 0, "acquireTime": "1970-01-01T00:01:40.999999Z"},
        })
    );
}

#[test]
fn what_is_no_object_is_none() {
    for bytes in [
        b"{}".to_vec(),
        MAGIC.to_vec(),
        body("v1", "Nothing", b""),
        body("v1", "Service", &[0x0a, 0x7f]),
        body("v1", "Service", &[0x80]),
        body("v1", "Service", &number(1, 1)),
        body("v1", "Service", &field(1, field(1, [0xff]))),
    ] {
        assert_eq!(object(&bytes), None, "{bytes:?}");
    }
    let newer = body("v1", "Namespace", &[field(1, field(1, "a")), field(15, "new")].concat());
    assert_eq!(object(&newer).unwrap()["metadata"], json!({"name": "a"}));
}

/// The table names no type that it does not have, and only fields that the schema of the cluster has too.
#[test]
fn the_table_is_whole() {
    let scalars = [
        "string",
        "int",
        "bool",
        "bytes",
        "quantity",
        "time",
        "microtime",
        "intorstring",
        "raw",
    ];
    for (name, members) in TYPES.iter() {
        for member in members.values() {
            let known = scalars.contains(&member.kind) || TYPES.contains_key(member.kind);
            assert!(known, "{name}.{} is a {}", member.name, member.kind);
        }
    }
}
