"""A Hub on loopback that speaks its protocol to the unmodified client (huggingface_hub 2.x).

    with TestHub() as hub:
        hub.url                                   "http://127.0.0.1:PORT", the client's endpoint
        hub.environment()                         variables for a process that uses this Hub
        hub.api(token)                            an HfApi of this Hub; token=None sends none

        reader = hub.token("ci", read=["org/staging"], write=["org/*"], create=["org"])
        admin = hub.token("admin", admin=True)    may do everything; a token is a plain str
        hub.revoke(reader)                        from now on 401
        hub.publisher("org/model", subject="…", issuer="…")     who may exchange an id token:
        hub.identity(subject="…", issuer="…")     an id token for POST /oauth/token
        hub.job(subject="…")                      variables of a CI job that mints its own
        hub.advance(seconds)                      tokens expire, limits begin again

        model = hub.repository("org/model", files={"a.txt": b"1"}, private=False)
        hub.repository("org/model")               the same one, when it exists already
        hub.has("org/model")                      whether it exists
        model.head                                sha of main
        model.commit({"a.txt": b"2", "b.txt": None}, message="…", branch="main")  by someone
                                                  else; None deletes; returns the sha
        model.commits("main")                     newest first: .sha .parents .title .message
        model.files("main")                       {path: bytes} at a branch, a tag or a sha
        model.tree("main")                        {path: File(.blob .size .sha256)}
        model.branches, model.tags                {name: sha}
        model.private                             may be set

        hub.fault(route, nth, kind, …)            see below; returns a Fault: .used counts
        hub.requests                              Request(.method .path .status .sent .received
                                                  .token .route .listener .repository .headers)
        hub.weights_sent(), hub.weights_received()   bytes of LFS objects up, and down from the CDN
        hub.calls(route=…, repository=…)          the requests of a route
        hub.reset()                               forget requests and faults

`TestHub(folder=path)` keeps everything in a folder and finds it again. All calls may come from
any thread. Tokens appear in the log by name only.

Routes: create-repo delete-repo settings info tree paths-info refs commits branch tag delete-tag
preupload commit lfs-batch lfs-upload lfs-verify lfs-list lfs-delete duplicate resolve cdn whoami
validate-yaml oauth-token id-token auth-check; "*" is every route.

`hub.fault("commit", nth=1, kind="error-after")`: nth counts the route's requests from now on;
`times=2` makes that many in a row faulty, `times=0` all of them; `repository="org/model"` counts
only those of one repository; `path="model.onnx"` only those whose path ends so.

    conflict         412, as for a stale parent
    rate-limit       429 with Retry-After and RateLimit (seconds=1)
    error-before     5xx, nothing was done (status=503, any other too; seconds: Retry-After)
    error-after      5xx, it was done (status=500)
    drop-before      the connection is closed without an answer, nothing was done
    drop-after       the same, and it was done
    stall            the header and half of the body, then nothing for `seconds` (30)
    truncate         half of the body, then the connection is closed
    corrupt          one byte of the body is another
    foreign-commit   someone else commits to the branch just before
    missing-object   the LFS object is not there (batch, commit, cdn)
    stale-read       this read answers as it stood before the last change of a branch or a tag
    delay            the right answer, `seconds` late
    unauthorized     401, as for a token that was revoked
    forbidden        403
    redirect         307 to the same path at another address, said="http://…"

`said="…"` is also the sentence of an error: a hostile Hub may repeat a token there.
"""

from support.hub.faults import Fault, FaultKind
from support.hub.loopback import TestHub
from support.hub.repositories import Commit, Repository
from support.hub.wire import Request

__all__ = ["Commit", "Fault", "FaultKind", "Repository", "Request", "TestHub"]
