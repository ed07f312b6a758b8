# SPDX-License-Identifier: MIT
# Answers for programs: one JSON value, its schema named, nothing else.
need_python
expect 0 init --json --no-passphrase
same seigr.init/1 "$(json 'j["schema"]')" schema
same false "$(json 'j["encrypted"]')" encrypted
expect 0 id --json
same seigr.id/1 "$(json 'j["schema"]')" schema
did=$(json 'j["key"]["did"]')
address=$(json 'j["key"]["address"]')
echo x >f
expect 0 seal --json f
same seigr.seal/1 "$(json 'j["schema"]')" schema
same f.seigr "$(json 'j["file"]')" file
same 1 "$(json 'j["capsules"]')" capsules
same 0 "$(json 'j["stream"]')" stream
same 1 "$(json 'j["sequence"]')" sequence
root=$(json 'j["address"]')
expect 0 verify --json f.seigr
same seigr.verify/1 "$(json 'j["schema"]')" schema
same 0 "$(json 'j["exit"]')" exit
same "$root" "$(json 'j["files"][0]["roots"][0]')" root
same "$root" "$(json 'j["files"][0]["capsules"][0]["address"]')" address
same "$did" "$(json 'j["files"][0]["capsules"][0]["signer"]["did"]')" did
same good "$(json 'j["files"][0]["capsules"][0]["signature"]')" signature
same "not asked" "$(json 'j["files"][0]["trust"]')" trust
same 9 "$(json 'len(j["files"][0]["lineage"])')" properties
expect 0 show --json f.seigr
same seigr.show/1 "$(json 'j["schema"]')" schema
same "$address" "$(json 'j["capsules"][0]["signer"]["address"]')" signer
same 2 "$(json 'j["capsules"][0]["body"]["size"]')" size
same "$(sha256sum f | cut -d' ' -f1)" \
    "$(json 'j["capsules"][0]["body"]["sha256"]')" sha256
expect 0 version --json
same seigr.version/1 "$(json 'j["schema"]')" schema

# A refusal is in the answer too, and the exit code with it.
cp f.seigr bad
change bad $(($(size bad) - 1))
expect 11 verify --json bad f.seigr nothing
same 11 "$(json 'j["exit"]')" exit
same 11 "$(json 'j["files"][0]["exit"]')" "exit of the first"
same 0 "$(json 'j["files"][1]["exit"]')" "exit of the second"
same 1 "$(json 'j["files"][2]["exit"]')" "exit of the third"
same bad "$(json 'j["files"][0]["capsules"][0]["signature"]')" signature
same 46 "$(json 'j["files"][0]["refusals"][0]["offset"]')" offset
expect 11 show --json bad
same 11 "$(json 'j["exit"]')" exit
expect 12 verify --json --by did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK f.seigr
same no "$(json 'j["files"][0]["trust"]')" trust
