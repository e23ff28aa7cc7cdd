# Names of things and what happens to them, as all views have them.

node-role = role { $name }
node-profile = profile { $name }
node-access-entry = access-entry { $name }
node-namespace = namespace { $name }
node-service = service { $name }
node-ingress = ingress { $name }
node-deployment = deployment { $name }
node-balancer = balancer { $name }
node-targets = targets { $name }
node-object = { $kind } { $name }
node-proof = game
node-lock = the lab's lock

kind-role = role
kind-profile = profile
kind-access-entry = access-entry
kind-namespace = namespace
kind-service = service
kind-ingress = ingress
kind-deployment = deployment
kind-balancer = balancer
kind-targets = targets
kind-proof = proof

op-create = create { $node }
op-update = change { $node }
op-replace = replace { $node }
op-delete = delete { $node }

done-create = { $node } created ({ $time })
done-update = { $node } changed ({ $time })
done-replace = { $node } replaced ({ $time })
done-delete = { $node } deleted ({ $time })
done-none = { $node } ready ({ $time })
done-gone = { $node } gone ({ $time })
done-taken = { $node } taken ({ $time })
done-answers = { $node } answers ({ $time })

table-name = NAME
table-now = NOW
table-title = TITLE
table-about = ABOUT
table-topics = ABOUT
table-target = TARGET
table-state = STATE
table-from = FROM
table-key = KEY
table-value = VALUE
table-check = CHECK
table-feeling = WHAT IT IS LIKE
