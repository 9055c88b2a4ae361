"""The client in somebody else's repository: copied, held to what came, brought up to date, taken back.

    vendored    VENDORED.json: what a copy is, and a hash of every file of it
    contents    a build -> a copy: the client, what keeps a host's tools from touching it, and its licence
    movable     nothing in a client may depend on where it lies
    archive     files in one compressed file: the base of a copy, and what an update replaced
    folder      a copy on the disk: opened with care, replaced in a single step
    merge       three texts
    place, check, update, undo      the stories of the command
    patch, sbom what people get to read

A copy lives without specmill. Its base lies beside it, so edits can be told, merged and sent upstream without a
network, a version control system, or the document.
"""
