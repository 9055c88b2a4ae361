"""Keeps a client on disk true to its document: the manifest, what is fresh, and the atomic swap.

    output      the folders that are written whole and guarded
    manifest    what a client was made from, inside the client
    fingerprint the same facts as they are now, without building anything
    sealed      how a manifest is written and read: facts with a hash of themselves
    disk        what lies in the folder, and whose it is
    lock, swap  one run at a time; the whole folder or nothing
    filled      the new folder, before it is swapped in
    writer      a build -> the folder; refuses to lose anybody's work
    renew       the story of ``specmill regenerate``
    freshness   the story of ``specmill check``
    difference, summary, explain    what people get to read

A kill at any moment leaves the old client or the new one, whole; only a folder that the system cannot even
rename is replaced file by file, and finished by the next run.
"""
