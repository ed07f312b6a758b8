/* SPDX-License-Identifier: MIT */
/*
 * tool_table.c - every command and option, with what people read of them.
 */
#include "tool_table.h" /* struct tool_command */

#include "tool.h" /* TOOL_EXIT_* */

#include <assert.h> /* assert, static_assert */
#include <string.h> /* strcmp */

const struct tool_option tool_options[TOOL_OPTION_COUNT] = {
    [TOOL_ANCESTORS] = {"ancestors", "ADDRESS", NULL,
                        "only what this capsule comes from, as a tree", 0, 0,
                        0},
    [TOOL_ARG] = {"arg", "TEXT", NULL, "an argument of the program", 0, 0, 1},
    [TOOL_APPROVAL] = {"approval", "FILE", NULL,
                       "what a recovery key wrote with seigr trust approve", 0,
                       TOOL_WORD_FILE, 1},
    [TOOL_AS_OF] = {"as-of", "TIME", NULL,
                    "as of this past time: only what an anchor with scope time "
                    "had seen by then counts",
                    0, 0, 0},
    [TOOL_BODY] = {"body", NULL, NULL,
                   "write the content of the capsule to standard output", 0, 0,
                   0},
    [TOOL_BY] = {"by", "KEY", NULL,
                 "every capsule must be signed by this key, a did:key or a "
                 "whole address; else exit 12",
                 0, 0, 0},
    [TOOL_CAPSULE] = {"capsule", "ADDRESS", NULL,
                      "the capsule that is asked about, by its whole address",
                      0, 0, 0},
    [TOOL_CHECKPOINT_EVERY] =
        {"checkpoint-every", "FUEL", NULL,
         "take a state root each time so much fuel is used", 0, 0, 0},
    [TOOL_CLASS] = {"class", "NAME", NULL, "what kind of device the key is of",
                    0, 0, 0},
    [TOOL_CLOSURE] = {"closure", NULL, NULL,
                      "of a capsule of the store take all that it comes from "
                      "as well",
                      0, 0, 0},
    [TOOL_COLOR] = {"color", "WHEN", "auto always never",
                    "colour: auto (on a terminal, unless NO_COLOR is set), "
                    "always or never",
                    0, TOOL_WORD_CHOICE, 0},
    [TOOL_CONTENT] = {"content", "PATH", NULL,
                      "where content is that is not in the bundle: the file, "
                      "or the folder that was sealed",
                      0, TOOL_WORD_FILE, 0},
    [TOOL_COUNT] = {"count", "NUMBER", NULL, "how many digits were packed", 0,
                    0, 0},
    [TOOL_CREATED] = {"created", "TIME", NULL,
                      "the time of making that the capsules state, "
                      "2026-01-31T12:00:00Z or @SECONDS; for results that can "
                      "be reproduced",
                      0, 0, 0},
    [TOOL_DECODE] = {"decode", NULL, NULL, "the other way round", 'd', 0, 0},
    [TOOL_DELEGATIONS] = {"delegations", "NUMBER", NULL,
                          "how many grants may follow below this one, one "
                          "below another; 0 unless told",
                          0, 0, 0},
    [TOOL_DESCENDANTS] = {"descendants", "ADDRESS", NULL,
                          "only what comes from this capsule, as a tree", 0, 0,
                          0},
    [TOOL_DOT] = {"dot", NULL, NULL,
                  "write a graph in the DOT language, for Graphviz", 0, 0, 0},
    [TOOL_EMBED] = {"embed", NULL, NULL,
                    "put content over 64 KiB into the bundle as well", 0, 0, 0},
    [TOOL_ENTRY] = {"entry", "NAME", NULL,
                    "the exported function to begin with, _start unless told",
                    0, 0, 0},
    [TOOL_ENV] = {"env", "NAME=VALUE", NULL,
                  "a variable of the program's environment", 0, 0, 1},
    [TOOL_EXCLUDE] = {"exclude", "PATTERN", NULL,
                      "leave out files and folders whose name or path in the "
                      "folder matches, as *.o does",
                      0, 0, 1},
    [TOOL_EXPIRES] =
        {"expires", "TIME", NULL,
         "from then on it is no more, 2026-01-31T12:00:00Z or @SECONDS", 0, 0,
         0},
    [TOOL_FORCE] = {"force", NULL, NULL, "replace a file that is no capsule",
                    'f', 0, 0},
    [TOOL_FROM] = {"from", "FOLDER", NULL,
                   "the folder of the benchmark programs", 0, TOOL_WORD_FILE,
                   0},
    [TOOL_FUEL] = {"fuel", "NUMBER", NULL,
                   "fuel: the most that a grant allows, or what a task takes; "
                   "10000000000 to run unless told",
                   0, 0, 0},
    [TOOL_HELP] = {"help", NULL, NULL, "say what the command does", 'h', 0, 0},
    [TOOL_INPUT] = {"input", "[PATH=]FILE", NULL,
                    "a file that the program finds as /PATH, or under its own "
                    "name; with the path stdin it is the standard input",
                    'i', TOOL_WORD_FILE, 1},
    [TOOL_ISOLATE] = {"isolate", NULL, NULL,
                      "run it in a process of its own that has given up the "
                      "machine (seccomp, Landlock)",
                      0, 0, 0},
    [TOOL_JSON] = {"json", NULL, NULL, "answer in JSON, for programs", 0, 0, 0},
    [TOOL_KEY] = {"key", "KEY", NULL,
                  "the key that is asked about, a did:key or a whole address",
                  0, 0, 0},
    [TOOL_KIND] = {"kind", "KIND", "data program",
                   "what the capsule is, data (unless told) or program", 0,
                   TOOL_WORD_CHOICE, 0},
    [TOOL_LABEL] = {"label", "KEY=VALUE", NULL, "put a label on the capsule",
                    'l', 0, 1},
    [TOOL_LAST] = {"last", "FILE", NULL,
                   "capsules of the key that stay good: of each stream the "
                   "last one there, and all that it comes from",
                   0, TOOL_WORD_FILE, 1},
    [TOOL_LIMIT] = {"limit", "BYTES", NULL,
                    "how many bytes of capsules and content may be kept", 0, 0,
                    0},
    [TOOL_LINK] = {"link", "ROLE=ADDRESS", NULL,
                   "link to another capsule, by its whole address; roles are "
                   "parent, input, program, task, state, evidence, grant, "
                   "supersedes, continues, member",
                   0, 0, 1},
    [TOOL_MAKE] = {"make", NULL, NULL,
                   "write the digits with the check digits that they lack", 0,
                   0, 0},
    [TOOL_MEDIA_TYPE] = {"media-type", "TYPE", NULL,
                         "the content's media type, as text/plain", 0, 0, 0},
    [TOOL_MEM] = {"mem", "PAGES", NULL,
                  "how much memory the program may have, in pages of 64 KiB; "
                  "1024 unless told",
                  0, 0, 0},
    [TOOL_MEMORY] =
        {"memory", "BYTES", NULL,
         "memory: the most that a grant allows, or what a task takes", 0, 0, 0},
    [TOOL_NAME] = {"name", "NAME", NULL,
                   "the capsule's name, instead of the file's", 'n', 0, 0},
    [TOOL_NEW_STREAM] = {"new-stream", NULL, NULL,
                         "begin a new stream, as after restoring a whole disk",
                         0, 0, 0},
    [TOOL_NEXT] =
        {"next", "KEY", NULL,
         "the key that may take the place of yours; keep its secret elsewhere",
         0, 0, 0},
    [TOOL_NO_CONTENT] = {"no-content", NULL, NULL,
                         "do not look for content that is not in the bundle", 0,
                         0, 0},
    [TOOL_NO_PASSPHRASE] = {"no-passphrase", NULL, NULL,
                            "do not ask for a passphrase, keep the key open", 0,
                            0, 0},
    [TOOL_ONLY] = {"only", "ADDRESS", NULL,
                   "only the capsule whose address begins so, with at least "
                   "6 digits",
                   0, 0, 1},
    [TOOL_OUTPUT] = {"output", "FILE", NULL,
                     "write to this file, - for standard output", 'o',
                     TOOL_WORD_FILE, 0},
    [TOOL_PARENT] = {"parent", "ADDRESS", NULL,
                     "the grant that this one is part of, by its whole address",
                     0, 0, 0},
    [TOOL_PARTIAL] = {"partial", NULL, NULL,
                      "take what is there, though capsules that it links to "
                      "are missing",
                      0, 0, 0},
    [TOOL_PASSPHRASE_FILE] = {"passphrase-file", "FILE", NULL,
                              "take the passphrase from the first line of a "
                              "file instead of asking for it",
                              0, TOOL_WORD_FILE, 0},
    [TOOL_PATH] = {"path", "ADDRESS..ADDRESS", NULL,
                   "only the ways from a capsule to one that it comes from, as "
                   "a tree",
                   0, 0, 0},
    [TOOL_PLOT] = {"plot", "FILE", NULL,
                   "draw what stands beside a peer to this file, an SVG", 0,
                   TOOL_WORD_FILE, 0},
    [TOOL_PROGRESS] = {"progress", NULL, NULL,
                       "show how far it is at once, on no terminal too", 0, 0,
                       0},
    [TOOL_PROOF] = {"proof", "FILE", NULL,
                    "write the capsules that prove forks, or the way of "
                    "--path, to this new file, a bundle that convinces without "
                    "the rest",
                    0, TOOL_WORD_FILE, 0},
    [TOOL_QUIET] = {"quiet", NULL, NULL,
                    "say nothing but errors; the exit code tells", 'q', 0, 0},
    [TOOL_REASON] = {"reason", "TEXT", NULL, "why, for people", 0, 0, 0},
    [TOOL_RECOVERY] = {"recovery", "KEY", NULL,
                       "a key that helps to replace yours when it is lost", 0,
                       0, 1},
    [TOOL_REMOVE] = {"remove", NULL, NULL, "take the pins away", 0, 0, 0},
    [TOOL_REPAIR] = {"repair", "BUNDLE", NULL,
                     "replace what is damaged by what is in this bundle", 0,
                     TOOL_WORD_FILE, 0},
    [TOOL_REPLAY] = {"replay", NULL, NULL,
                     "run the tasks of results again as well: this runs what "
                     "strangers wrote, in a sandbox",
                     0, 0, 0},
    [TOOL_RESOURCE] = {"resource", "PATH", NULL,
                       "what it is done to: a/b is a/b and all below", 0, 0, 0},
    [TOOL_RETIRE] = {"retire", NULL, NULL, "your key signs no more after this",
                     0, 0, 0},
    [TOOL_ROOTS] = {"roots", "FILE", NULL,
                    "the anchors, instead of the file roots in SEIGR_HOME", 0,
                    TOOL_WORD_FILE, 0},
    [TOOL_RUNS] = {"runs", "NUMBER", NULL,
                   "how often each program runs, 5 unless told", 0, 0, 0},
    [TOOL_SCOPE] = {"scope", "WORDS", NULL,
                    "what for: admit, run, delegate, accept, boot, time, "
                    "revoke, introduce, or all, with commas",
                    0, 0, 0},
    [TOOL_SECONDS] = {"seconds", "NUMBER", NULL,
                      "how long a figure is measured in a run, 0.2 unless "
                      "told",
                      0, 0, 0},
    [TOOL_SEED] = {"seed", "TEXT", NULL,
                   "what the program's randomness comes from, at most 64 bytes",
                   0, 0, 0},
    [TOOL_SVG] = {"svg", NULL, NULL,
                  "draw the capsules, up to a few hundred, as an SVG", 0, 0, 0},
    [TOOL_STORE] = {"store", "FOLDER", NULL,
                    "the store; else what SEIGR_STORE names, else the folder "
                    "store in SEIGR_HOME",
                    0, TOOL_WORD_FILE, 0},
    [TOOL_THRESHOLD] =
        {"threshold", "NUMBER", NULL,
         "how many of the --recovery keys it takes; all unless told", 0, 0, 0},
    [TOOL_TRACE] = {"trace", NULL, NULL,
                    "say each state root on standard error", 0, 0, 0},
    [TOOL_USES] = {"uses", "NUMBER", NULL,
                   "uses: how many a grant allows, or how many there were", 0,
                   0, 0},
    [TOOL_VERSION] = {"version", NULL, NULL, "say which version this is", 0, 0,
                      0},
    [TOOL_WEIGHT] = {"weight", "NUMBER", NULL,
                     "thousandths of trust, 1 to 1000; of explain what "
                     "attestations must reach, none unless told",
                     0, 0, 0},
};

#define TAKES(option) ((uint64_t)1 << TOOL_##option)
#define TAKES_ALWAYS (TAKES(HELP) | TAKES(QUIET) | TAKES(JSON) | TAKES(COLOR))

#define TAKES_TEXT (TAKES(HELP) | TAKES(QUIET) | TAKES(OUTPUT))

const struct tool_command tool_commands[] = {
    {
        "init",
        "",
        "make your key",
        "Makes an Ed25519 key and keeps it in the folder SEIGR_HOME names, "
        "else in $XDG_DATA_HOME/seigr, else in ~/.local/share/seigr. The file "
        "is yours alone to read. A key that is there already is never "
        "replaced.\n\n"
        "On a terminal you are asked for a passphrase, with which the file is "
        "encrypted (Argon2id, XChaCha20-Poly1305); an empty one leaves it "
        "open. Without a terminal it is taken from --passphrase-file, or the "
        "file is left open.\n\n"
        "Nobody can make the key again: keep a copy of the file in a safe "
        "place. Do not copy the folder of streams with it.",
        "seigr init\tmake a key, asking for a passphrase\n"
        "seigr init --passphrase-file pass.txt\tmake one without asking\n",
        TAKES_ALWAYS | TAKES(PASSPHRASE_FILE) | TAKES(NO_PASSPHRASE),
        0,
        0,
        TOOL_WORD_NONE,
        cmd_init,
    },
    {
        "id",
        "",
        "print who you are: your public key",
        "Prints your public key in its two forms, as did:key and as an "
        "address. Give either to others, so that they can say \"seigr verify "
        "--by KEY\". No passphrase is needed. With -q only the did:key is "
        "printed.",
        "seigr id\tprint both forms\n"
        "seigr id -q\tprint the did:key alone\n",
        TAKES_ALWAYS,
        0,
        0,
        TOOL_WORD_NONE,
        cmd_id,
    },
    {
        "seal",
        "FILE | FOLDER | -",
        "sign a file or a folder into FILE.seigr",
        "Makes a capsule of a file: its content and name, signed with your "
        "key, numbered in your stream. It is written to FILE.seigr beside the "
        "file, as a bundle that \"seigr verify\" checks. A FILE.seigr that is "
        "there is replaced at once and whole; other files are not, unless "
        "with --force.\n\n"
        "Of a folder every file becomes a capsule, its path in the folder the "
        "capsule's name, and one more capsule named as the folder links them "
        "all with role MEMBER. Files are taken in the order of their paths. "
        "What a capsule cannot hold (links, sockets, devices, names over 255 "
        "bytes or not UTF-8, what cannot be read) is named, and then nothing "
        "is sealed: leave it out with --exclude. Empty folders, times and "
        "permissions are not kept.\n\n"
        "Content up to 64 KiB stands in its capsule. Larger content stays "
        "where it is, signed by a hash over its chunks, and \"seigr verify\" "
        "looks for it there; --embed puts it into the bundle as well.\n\n"
        "With - standard input is sealed, to standard output unless -o names "
        "a file.",
        "seigr seal notes.txt\tmake notes.txt.seigr\n"
        "seigr seal --exclude .git project\tmake project.seigr\n"
        "date | seigr seal - -o now.seigr\tseal what a command says\n",
        TAKES_ALWAYS | TAKES(CREATED) | TAKES(EMBED) | TAKES(EXCLUDE) |
            TAKES(FORCE) | TAKES(KIND) | TAKES(LABEL) | TAKES(LINK) |
            TAKES(MEDIA_TYPE) | TAKES(NAME) | TAKES(NEW_STREAM) |
            TAKES(OUTPUT) | TAKES(PASSPHRASE_FILE) | TAKES(PROGRESS),
        1,
        1,
        TOOL_WORD_FILE,
        cmd_seal,
    },
    {
        "verify",
        "FILE | ADDRESS...",
        "check that capsules are what they say",
        "Checks every capsule of each file, bundle or bare capsule: its form, "
        "its signature, and how the capsules hang together. It prints what "
        "was signed and by whom. That a signature is good says who signed, "
        "not whether to trust them: that is asked with --by, or with --roots, "
        "by the anchors of a file (\"seigr trust add\"): then identity, "
        "revocation and grants have a line each, and what the file's own "
        "capsules do not show counts for nothing. --as-of asks for a past "
        "time.\n\n"
        "Content that is not in the bundle is looked for where it was sealed: "
        "that of F.seigr is F, and files of a folder are in F. --content says "
        "where else; with --no-content only what is in the bundle is "
        "checked.\n\n"
        "A link to a capsule that is not in the file is named, and is no "
        "error. With --replay the tasks of results in it are run again. "
        "Standard input is read for -.\n\n"
        "With --roots every capsule must be allowed by the anchors of a file, "
        "and with --as-of it must have been seen by then by a CHECKPOINT of "
        "one of them: what a checkpoint comes from it has seen.\n\n"
        "Where there is no file of this name, an address or its beginning, at "
        "least 6 digits, is a capsule of the store with all that it comes "
        "from.",
        "seigr verify notes.txt.seigr\tcheck one file\n"
        "seigr verify --roots keys --as-of 2026-01-31T12:00:00Z "
        "x.seigr\twas it there then?\n"
        "seigr verify --by did:key:z6Mk... *.seigr\tcheck the signer too\n",
        TAKES_ALWAYS | TAKES(AS_OF) | TAKES(BY) | TAKES(CONTENT) |
            TAKES(NO_CONTENT) | TAKES(PROGRESS) | TAKES(REPLAY) | TAKES(ROOTS) |
            TAKES(SCOPE) | TAKES(TRACE),
        1,
        SIZE_MAX,
        TOOL_WORD_FILE,
        cmd_verify,
    },
    {
        "show",
        "FILE",
        "print what is in capsules",
        "Prints every field of the capsules in a file, bundle or bare "
        "capsule, or of the one that --only names. What strangers wrote is "
        "printed so that no terminal acts on it.\n\n"
        "With --body the content is written to standard output, as it is and "
        "only if the signature is good. Standard input is read for -.",
        "seigr show notes.txt.seigr\tprint all fields\n"
        "seigr show --body notes.txt.seigr\tget the content back\n",
        TAKES_ALWAYS | TAKES(BODY) | TAKES(ONLY),
        1,
        1,
        TOOL_WORD_FILE,
        cmd_show,
    },
    {
        "lineage",
        "FILE | ADDRESS...",
        "print how capsules hang together",
        "Takes the capsules of all files together and prints them in order, "
        "what each links to, each signer's chains with their holes, what is "
        "named and not there, forks, and a verdict, a line a property. The "
        "order is always the same: what a capsule links to stands before "
        "it.\n\n"
        "What is missing is no error: exit 13 says that a chain is broken or "
        "forked. With --dot a graph is written instead, with --svg a drawing, "
        "with --proof the capsules that prove a fork are written to a file as "
        "well. Standard input is read for -.\n\n"
        "A part is chosen by the first digits of addresses, at least 6: "
        "--ancestors, --descendants, or --path with a capsule and one that it "
        "comes from. It is printed as a tree; with --dot, --svg and --json "
        "nothing else is shown. With --path and --proof a shortest way is "
        "written to a file: whoever verifies it knows that the one comes from "
        "the other, without the rest.",
        "seigr lineage *.seigr\tprint capsules, gaps and forks\n"
        "seigr lineage --svg project.seigr >project.svg\tdraw them\n"
        "seigr lineage --ancestors 012345-012345 *.seigr\twhere one comes "
        "from\n",
        TAKES_ALWAYS | TAKES(DOT) | TAKES(PROOF),
        1,
        SIZE_MAX,
        TOOL_WORD_FILE,
        cmd_lineage,
    },
    {
        "bundle export",
        "FILE | ADDRESS...",
        "put capsules of several files into one bundle",
        "Reads bundles and bare capsules and writes all of their capsules into "
        "one bundle, each once, parents before children, with the content that "
        "the files hold. Its roots are the capsules that no other names. With "
        "--only a capsule is the root, and only what it comes from goes into "
        "the bundle; it can be given several times. If anything is refused, "
        "nothing is written.\n\n"
        "An address takes a capsule out of the store, with --closure all that "
        "it comes from and its content: a file that verifies by itself.",
        "seigr bundle export a.seigr b.seigr -o both.seigr\tput two together\n"
        "seigr bundle export --only 012345-012345 all.seigr -o one.seigr\tone "
        "capsule and its ancestors\n"
        "seigr bundle export --closure 012345-012345 -o one.seigr\tthe same "
        "from the store\n",
        TAKES_ALWAYS | TAKES(FORCE) | TAKES(ONLY) | TAKES(OUTPUT),
        1,
        SIZE_MAX,
        TOOL_WORD_FILE,
        cmd_bundle_export,
    },
    {
        "bundle import",
        "FILE",
        "check a bundle and take its files out",
        "Checks everything in a bundle: form, signatures, order, roots, "
        "chains, "
        "that every capsule that is linked to is there, and content. Then the "
        "content of each capsule is written to a new folder, under the "
        "capsule's name. If anything is refused, nothing is written.",
        "seigr bundle import project.seigr -o project\tget a folder back\n"
        "seigr bundle import --by did:key:z6Mk... x.seigr -o x\tonly if it is "
        "signed so\n",
        TAKES_ALWAYS | TAKES(BY) | TAKES(OUTPUT) | TAKES(PARTIAL),
        1,
        1,
        TOOL_WORD_FILE,
        cmd_bundle_import,
    },
    {
        "store init",
        "",
        "make a store, which keeps capsules and their content",
        "Makes a store: a folder in which capsules are kept under their "
        "addresses, found again, pinned and collected. Several programs may "
        "use it at once. With --limit it takes no more than so many bytes of "
        "capsules and content.",
        "seigr store init\tmake one in SEIGR_HOME\n"
        "seigr store init --store /srv/capsules --limit 1000000000\tmake one "
        "of at most a gigabyte\n",
        TAKES_ALWAYS,
        0,
        0,
        TOOL_WORD_NONE,
        cmd_store_init,
    },
    {
        "store put",
        "FILE...",
        "keep the capsules of bundles",
        "Reads bundles and bare capsules, checks every signature, and keeps "
        "all of their capsules with the content that the files hold: those of "
        "one file together or not at all. What is kept already changes "
        "nothing. Capsules that prove that an issuer forked a chain are kept "
        "and told, exit 13.",
        "seigr store put a.seigr b.seigr\tkeep what is in two bundles\n"
        "seigr seal notes.txt -o - | seigr store put -\tseal and keep\n",
        TAKES_ALWAYS,
        1,
        SIZE_MAX,
        TOOL_WORD_FILE,
        cmd_store_put,
    },
    {
        "store get",
        "ADDRESS",
        "take a capsule out, as a bundle",
        "Writes a bundle with the capsule whose address begins so, with at "
        "least 6 digits, and the content that is kept with it. It has passed "
        "the door again before it is written.",
        "seigr store get 012345-012345 -o notes.seigr\ttake one out\n"
        "seigr store get 012345012345 | seigr show -\tlook at it\n",
        TAKES_ALWAYS | TAKES(OUTPUT) | TAKES(FORCE),
        1,
        1,
        TOOL_WORD_NONE,
        cmd_store_get,
    },
    {
        "store list",
        "[ADDRESS]",
        "list what is kept",
        "Lists the capsules in the order of their addresses: address, kind, "
        "name. With the beginning of an address, at least 6 digits, those "
        "that begin so; with --by, those of an issuer in the order of their "
        "chains.",
        "seigr store list\tlist everything\n"
        "seigr store list --by KEY\tlist what one signed\n",
        TAKES_ALWAYS | TAKES(BY),
        0,
        1,
        TOOL_WORD_NONE,
        cmd_store_list,
    },
    {
        "store pin",
        "ADDRESS...",
        "keep a capsule whatever is collected",
        "Pins capsules, by their whole addresses: what is pinned, what it "
        "comes from, and the content of these are never collected. With "
        "--remove the pins are taken away.",
        "seigr store pin ADDRESS\tpin one\n"
        "seigr store pin --remove ADDRESS\tlet it go\n",
        TAKES_ALWAYS,
        1,
        SIZE_MAX,
        TOOL_WORD_NONE,
        cmd_store_pin,
    },
    {
        "store gc",
        "",
        "remove what no pin reaches",
        "Removes the capsules that no pinned capsule comes from, and their "
        "content. Proofs of forks, identities, grants, revocations and "
        "checkpoints stay, and what they come from. It can be stopped at any "
        "time and begun again.",
        "seigr store gc\tcollect\n",
        TAKES_ALWAYS,
        0,
        0,
        TOOL_WORD_NONE,
        cmd_store_gc,
    },
    {
        "store stat",
        "",
        "say how much is kept",
        "Counts capsules, content, pins and forks, and brings index and log "
        "up to date to say their roots: what a checkpoint signs.",
        "seigr store stat\tsay it\n",
        TAKES_ALWAYS,
        0,
        0,
        TOOL_WORD_NONE,
        cmd_store_stat,
    },
    {
        "store fsck",
        "",
        "look for damage in a store, and repair it",
        "Reads every byte, checks every hash and every signature, builds "
        "index and log again from what is kept, and compares. Damage is named "
        "capsule by capsule, exit 41, and nothing is changed. With --repair "
        "the damaged capsules and the content that are in the bundle are "
        "replaced, each is named, and everything is looked at again.",
        "seigr store fsck\tlook\n"
        "seigr store fsck --repair backup.seigr\trepair\n",
        TAKES_ALWAYS,
        0,
        0,
        TOOL_WORD_NONE,
        cmd_store_fsck,
    },
    {
        "trust add",
        "KEY",
        "trust a key without being told by others",
        "Writes the key into the file roots in SEIGR_HOME, as an anchor with a "
        "scope (all unless told) and a weight (1000 unless told). Everything "
        "that is trusted is trusted by a path from an anchor. The key is given "
        "whole, a did:key or an address: the beginning of one can be made to "
        "order.",
        "seigr trust add did:key:z6Mk...\ttrust a key for everything\n"
        "seigr trust add --scope accept,run did:key:z6Mk...\tfor some things\n",
        TAKES_ALWAYS | TAKES(ROOTS) | TAKES(SCOPE) | TAKES(WEIGHT),
        1,
        1,
        TOOL_WORD_NONE,
        cmd_trust_add,
    },
    {
        "trust list",
        "",
        "print the keys that are anchors",
        "Prints the anchors, one a line: key, scope, weight.",
        "seigr trust list\tprint them\n",
        TAKES_ALWAYS | TAKES(ROOTS),
        0,
        0,
        TOOL_WORD_NONE,
        cmd_trust_list,
    },
    {
        "trust remove",
        "KEY",
        "take a key out of the anchors",
        "Takes every line of the key out of the roots file; comments and other "
        "lines stay.",
        "seigr trust remove did:key:z6Mk...\ttrust it no longer\n",
        TAKES_ALWAYS | TAKES(ROOTS),
        1,
        1,
        TOOL_WORD_NONE,
        cmd_trust_remove,
    },
    {
        "trust identity",
        "",
        "say who your key is, and which may follow it",
        "Makes an IDENTITY capsule: the first word of your key. --next commits "
        "to the key that may take its place: make that one elsewhere and keep "
        "it there, so that who steals this one cannot go on in your name. "
        "--recovery names keys of which --threshold together can replace it. "
        "Only the first such capsule of a key counts.\n\n"
        "With --retire the key says its last word: what it signs after the "
        "capsules of --last is good no more.",
        "seigr trust identity --next did:key:z6Mk... -o me.seigr\tsay who "
        "follows\n",
        TAKES_ALWAYS | TAKES(CLASS) | TAKES(FORCE) | TAKES(LAST) | TAKES(NAME) |
            TAKES(NEXT) | TAKES(OUTPUT) | TAKES(PASSPHRASE_FILE) |
            TAKES(RECOVERY) | TAKES(THRESHOLD),
        0,
        0,
        TOOL_WORD_NONE,
        cmd_trust_identity,
    },
    {
        "trust rotate",
        "KEY",
        "take the place of your former key",
        "Makes an IDENTITY capsule, signed with the key in SEIGR_HOME, that "
        "takes the place of KEY: the one whose first word committed to it with "
        "--next. It must be the first thing that the new key signs. --last "
        "says which capsules of the former key stay good; without it only "
        "those do that a witness saw before the rotation. Where that key is "
        "lost with the one it committed to, --approval takes what its "
        "recovery keys wrote with \"seigr trust approve\".",
        "SEIGR_HOME=new seigr trust rotate did:key:z6Mk... --last *.seigr -o "
        "rotation.seigr\tgo on with a new key\n",
        TAKES_ALWAYS | TAKES(CLASS) | TAKES(FORCE) | TAKES(LAST) | TAKES(NAME) |
            TAKES(NEXT) | TAKES(OUTPUT) | TAKES(PASSPHRASE_FILE) |
            TAKES(RECOVERY) | TAKES(THRESHOLD),
        1,
        1,
        TOOL_WORD_NONE,
        cmd_trust_rotate,
    },
    {
        "trust approve",
        "OLD-KEY NEW-KEY",
        "as a recovery key, let one key replace another",
        "Writes to -o that the key in SEIGR_HOME, a recovery key of OLD-KEY, "
        "lets NEW-KEY take its place. Make sure by other means who asks.",
        "seigr trust approve did:key:z6Mk... did:key:z6Mk... -o mine.approval\t"
        "help a friend who lost a key\n",
        (TAKES_ALWAYS & ~TAKES(JSON)) | TAKES(FORCE) | TAKES(OUTPUT) |
            TAKES(PASSPHRASE_FILE),
        2,
        2,
        TOOL_WORD_NONE,
        cmd_trust_approve,
    },
    {
        "trust grant",
        "KEY",
        "let a key do something",
        "Makes a GRANT capsule: KEY may do what --scope says, to --resource, "
        "within the bounds given. With --parent it is part of a grant that was "
        "made to you, and no wider than that one in any part. A grant is "
        "forever unless --expires says until when.",
        "seigr trust grant --scope run --expires 2027-01-01T00:00:00Z "
        "did:key:z6Mk... -o grant.seigr\tlet it run tasks this year\n",
        TAKES_ALWAYS | TAKES(EXPIRES) | TAKES(FORCE) | TAKES(FUEL) |
            TAKES(LABEL) | TAKES(MEMORY) | TAKES(OUTPUT) |
            TAKES(PASSPHRASE_FILE) | TAKES(RESOURCE) | TAKES(SCOPE) |
            TAKES(USES),
        1,
        1,
        TOOL_WORD_NONE,
        cmd_trust_grant,
    },
    {
        "trust revoke",
        "KEY | ADDRESS",
        "take back a key, or one capsule",
        "Makes a REVOCATION capsule: of a key, written as did:key, or of one "
        "capsule, a grant for example, by its whole address. Of a key nothing "
        "stays good but the capsules of --last and what they come from, "
        "whatever time others claim. It counts if you are the key, the issuer "
        "of the capsule, one that followed them, or an anchor with scope "
        "revoke.",
        "seigr trust revoke did:key:z6Mk... --last good.seigr -o "
        "revoked.seigr\ta stolen key\n"
        "seigr trust revoke seigr:0123... -o revoked.seigr\ta grant\n",
        TAKES_ALWAYS | TAKES(FORCE) | TAKES(LAST) | TAKES(OUTPUT) |
            TAKES(PASSPHRASE_FILE) | TAKES(REASON),
        1,
        1,
        TOOL_WORD_NONE,
        cmd_trust_revoke,
    },
    {
        "trust attest",
        "KEY",
        "say how far you trust a key",
        "Makes an ATTESTATION capsule: that you trust KEY for what --scope "
        "says, as far as --weight says (1000 unless told). With introduce in "
        "the scope those whom KEY attests are trusted through it as "
        "well.",
        "seigr trust attest --scope accept --weight 800 did:key:z6Mk... -o "
        "friend.seigr\tits results are mostly right\n",
        TAKES_ALWAYS | TAKES(EXPIRES) | TAKES(FORCE) | TAKES(OUTPUT) |
            TAKES(PASSPHRASE_FILE) | TAKES(REASON) | TAKES(SCOPE) |
            TAKES(WEIGHT),
        1,
        1,
        TOOL_WORD_NONE,
        cmd_trust_attest,
    },
    {
        "trust explain",
        "[FILE...]",
        "say whether a key or a capsule may, and why",
        "Takes your anchors and the capsules of the files, and decides whether "
        "the issuer of --capsule, or --key, may do what --scope says. It "
        "prints the path from an anchor that led there, or what stands "
        "against it, and what would change it. \n\n"
        "Exit 12 where it may not, 14 where a grant has expired.",
        "seigr trust explain --scope run --key did:key:z6Mk... *.seigr\tmay "
        "this key run tasks here\n"
        "seigr trust explain --as-of 2026-06-01T00:00:00Z --scope accept "
        "--capsule seigr:0123... *.seigr\twas it good then\n",
        TAKES_ALWAYS | TAKES(AS_OF) | TAKES(FUEL) | TAKES(MEMORY) |
            TAKES(RESOURCE) | TAKES(ROOTS) | TAKES(SCOPE) | TAKES(USES) |
            TAKES(WEIGHT),
        0,
        SIZE_MAX,
        TOOL_WORD_FILE,
        cmd_trust_explain,
    },
    {
        "run",
        "PROGRAM",
        "run a WebAssembly program as a task",
        "Runs a program, a WebAssembly file for WASI, in a sandbox that knows "
        "nothing of this machine: it sees its arguments, the files of --input "
        "and a folder /output, and a clock and randomness that are part of the "
        "task. What it does is the same on every machine, to the last unit of "
        "fuel. Its standard output is written to standard output.\n\n"
        "With -o everything is sealed with your key into a bundle: program, "
        "inputs, task, files that it left, and the result, so that anybody can "
        "run it again with \"seigr replay\". Until the run has ended other "
        "sealing with the key waits.",
        "seigr run hello.wasm\trun it\n"
        "seigr run --arg -n --input notes.txt count.wasm -o count.seigr\tkeep "
        "the result\n"
        "seigr run --checkpoint-every 1000000 --trace long.wasm\tshow state "
        "roots\n",
        TAKES_ALWAYS | TAKES(ARG) | TAKES(CHECKPOINT_EVERY) | TAKES(CREATED) |
            TAKES(ENTRY) | TAKES(ENV) | TAKES(FORCE) | TAKES(FUEL) |
            TAKES(INPUT) | TAKES(ISOLATE) | TAKES(MEM) | TAKES(NEW_STREAM) |
            TAKES(OUTPUT) | TAKES(PASSPHRASE_FILE) | TAKES(PROGRESS) |
            TAKES(SEED) | TAKES(TRACE),
        1,
        1,
        TOOL_WORD_FILE,
        cmd_run,
    },
    {
        "replay",
        "FILE",
        "run results again and compare",
        "Checks every capsule in a bundle and runs the task of each result "
        "again, with the program and inputs that are in it. Output, status, "
        "fuel, files and every state root must be the same, else exit 24 and "
        "the first that differs is named.",
        "seigr replay count.seigr\tis it what the program says?\n",
        TAKES_ALWAYS | TAKES(TRACE),
        1,
        1,
        TOOL_WORD_FILE,
        cmd_replay,
    },
    {
        "inspect",
        "PROGRAM",
        "print what a program imports and exports",
        "Validates a WebAssembly file and prints its imports and exports. Exit "
        "22 where it is refused, with the reason and the place, or where it "
        "imports what a task cannot give.",
        "seigr inspect hello.wasm\tcan it run?\n",
        TAKES_ALWAYS,
        1,
        1,
        TOOL_WORD_FILE,
        cmd_inspect,
    },
    {
        "senary encode",
        "[FILE | -]",
        "write bytes as base 6 digits",
        "Writes the bytes of a file, or of standard input, as digits 0 to 5 "
        "and a line end: 25 digits for 8 bytes.",
        "seigr senary encode key.pub\twrite a file as digits\n",
        TAKES_TEXT,
        0,
        1,
        TOOL_WORD_FILE,
        cmd_senary_encode,
    },
    {
        "senary decode",
        "[FILE | -]",
        "read bytes back from base 6 digits",
        "Reads what \"seigr senary encode\" writes. Line ends are left out; "
        "anything else that is no digit is refused by its place, and so are "
        "digits that no bytes give (exit 15).",
        "seigr senary encode f | seigr senary decode\tthere and back\n",
        TAKES_TEXT,
        0,
        1,
        TOOL_WORD_FILE,
        cmd_senary_decode,
    },
    {
        "senary check",
        "[FILE | -]",
        "check digits, or an address, for slips",
        "Reads digits that end with their 6 check digits, or a whole address. "
        "One wrong digit, or two that changed places, are always found, and "
        "where one such slip explains the mismatch it is named. Exit 15 where "
        "they do not match. Check digits find slips of the hand, never an "
        "adversary.\n\n"
        "With --make the check digits are made: the digits are written with "
        "them.",
        "seigr id | sed -n 2p | seigr senary check\tcheck an address\n",
        TAKES_ALWAYS | TAKES(MAKE),
        0,
        1,
        TOOL_WORD_FILE,
        cmd_senary_check,
    },
    {
        "senary cells",
        "[FILE | -]",
        "write bytes as cells, for noisy or hand-typed media",
        "Writes bytes as cells of six digits: three of data, one check digit, "
        "two of the position. One wrong digit is found and so is a lost, "
        "doubled or swapped cell, by its number. That the end is missing is "
        "not found: keep the length and a digest with the cells.\n\n"
        "With --decode cells are read back.",
        "seigr senary cells key.pub\twrite cells\n"
        "seigr senary cells -d typed.txt -o key.pub\tread them back\n",
        TAKES_TEXT | TAKES(DECODE),
        0,
        1,
        TOOL_WORD_FILE,
        cmd_senary_cells,
    },
    {
        "senary pack",
        "[FILE | -]",
        "pack digits, three to a byte",
        "Reads digits and writes them three to a byte. The bytes do not tell "
        "how many digits they are: with --decode, --count says it.",
        "seigr senary pack dice.txt -o dice.bin\tpack digits\n"
        "seigr senary pack -d --count 1000 dice.bin\tunpack them\n",
        TAKES_TEXT | TAKES(COUNT) | TAKES(DECODE),
        0,
        1,
        TOOL_WORD_FILE,
        cmd_senary_pack,
    },
    {
        "doctor",
        "",
        "check that everything is in place",
        "Looks at the version, the processor, the library, the clock, the "
        "folder of keys, the key's rights, the file system and the disk, and "
        "says of each whether it is fine and what to do where it is not. Exit "
        "1 where there is a problem.",
        "seigr doctor\tcheck this machine\n",
        TAKES_ALWAYS,
        0,
        0,
        TOOL_WORD_NONE,
        cmd_doctor,
    },
    {
        "bench",
        "[SUBJECT]...",
        "measure speed on this machine, beside others",
        "Runs the benchmark programs, each alone on one processor, and prints "
        "the median of every figure. Below it stands what other libraries "
        "reach in the same run, and how many times as good ours is: below 1 "
        "the other one is better. With subjects (hash, senary, ...) only "
        "these are run. Figures mean something on an idle machine alone.\n\n"
        "The programs are in the package seigr-bench. Lines of any program "
        "named bench_SUBJECT in the folder of --from are taken, \"NAME VALUE "
        "UNIT\", a peer's name with :PEER behind it.",
        "seigr bench\tmeasure all\n"
        "seigr bench --runs 9 --plot hash.svg hash\tdraw one subject\n",
        TAKES_ALWAYS | TAKES(FORCE) | TAKES(FROM) | TAKES(PLOT) | TAKES(RUNS) |
            TAKES(SECONDS),
        0,
        SIZE_MAX,
        TOOL_WORD_NONE,
        cmd_bench,
    },
    {
        "version",
        "",
        "print the version",
        "Prints the version of the command and of the library that it uses.",
        NULL,
        TAKES_ALWAYS,
        0,
        0,
        TOOL_WORD_NONE,
        cmd_version,
    },
    {
        "help",
        "[COMMAND]",
        "say what a command does",
        "Lists the commands, or says of one what \"seigr COMMAND --help\" "
        "says.",
        NULL,
        TAKES(HELP) | TAKES(COLOR),
        0,
        2,
        TOOL_WORD_NONE,
        cmd_help,
    },
};

/* Options of one command alone, by its name, or of a group's members. */
static const struct {
    enum tool_option_id option;
    const char *command;
} tool_own[] = {{TOOL_ANCESTORS, "lineage"},
                {TOOL_APPROVAL, "trust rotate"},
                {TOOL_CAPSULE, "trust explain"},
                {TOOL_CLOSURE, "bundle export"},
                {TOOL_DELEGATIONS, "trust grant"},
                {TOOL_DESCENDANTS, "lineage"},
                {TOOL_KEY, "trust explain"},
                {TOOL_LIMIT, "store init"},
                {TOOL_PARENT, "trust grant"},
                {TOOL_PATH, "lineage"},
                {TOOL_REMOVE, "store pin"},
                {TOOL_REPAIR, "store fsck"},
                {TOOL_RETIRE, "trust identity"},
                {TOOL_STORE, "store"},
                {TOOL_SVG, "lineage"}};

static_assert(TOOL_OWN <= 64, "an option has a bit of 64");

int tool_takes(const struct tool_command *command, size_t option)
{
    assert(option < TOOL_OPTION_COUNT);
    if (option < TOOL_OWN)
        return (int)(command->options >> option & 1);
    for (size_t i = 0; i < sizeof(tool_own) / sizeof(tool_own[0]); i++) {
        const size_t len = strlen(tool_own[i].command);

        if (tool_own[i].option == (enum tool_option_id)option)
            return strncmp(tool_own[i].command, command->name, len) == 0 &&
                   (command->name[len] == '\0' || command->name[len] == ' ');
    }
    return 0;
}

const size_t tool_command_count =
    sizeof(tool_commands) / sizeof(tool_commands[0]);

const struct tool_exit tool_exits[] = {
    {TOOL_EXIT_FINE, "all is well"},
    {TOOL_EXIT_FAILURE, "something failed: a file, a passphrase, a full disk"},
    {TOOL_EXIT_USAGE, "the command line is wrong"},
    {TOOL_EXIT_NO_CAPSULE, "there is no capsule in it"},
    {TOOL_EXIT_SIGNATURE,
     "a signature is bad, or content is not what was signed"},
    {TOOL_EXIT_TRUST, "not signed by whom you trust, or not allowed"},
    {TOOL_EXIT_LINEAGE, "the lineage is broken or forked"},
    {TOOL_EXIT_EXPIRED, "a grant has expired"},
    {TOOL_EXIT_MALFORMED, "the bytes are malformed"},
    {TOOL_EXIT_TRAPPED, "the program trapped"},
    {TOOL_EXIT_OUT_OF_FUEL, "the program used up its fuel"},
    {TOOL_EXIT_REFUSED, "the program is refused"},
    {TOOL_EXIT_MISSING, "an input, or what else a task needs, is missing"},
    {TOOL_EXIT_DIFFERS, "a result is not what its task comes to"},
    {TOOL_EXIT_NO_STORE, "there is no store, or none that can be used"},
    {TOOL_EXIT_DAMAGED, "the store is damaged"},
    {TOOL_EXIT_STORE_FULL, "the store is full or over its limit"},
};

const size_t tool_exit_count = sizeof(tool_exits) / sizeof(tool_exits[0]);
