# SPDX-License-Identifier: Apache-2.0
"""The application of the examples, with SECRET_KEY_FALLBACKS, which Flask has since 3.1 and this has for older ones too.

    SECRET_KEY_FILE=… [FALLBACK_FILE=…] python3 app.py PORT
"""
import os
import sys

from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from login import app  # noqa: E402

fallbacks = []
if "FALLBACK_FILE" in os.environ:
    with open(os.environ["FALLBACK_FILE"], encoding="utf-8") as file:
        fallbacks = [file.read().removesuffix("\n")]


class Sessions(SecureCookieSessionInterface):
    def get_signing_serializer(self, app):
        return URLSafeTimedSerializer(
            [*fallbacks, app.secret_key],  # all of them open, the last one signs
            salt=self.salt,
            serializer=self.serializer,
            signer_kwargs={"key_derivation": self.key_derivation, "digest_method": self.digest_method},
        )


app.session_interface = Sessions()

if __name__ == "__main__":
    app.run("127.0.0.1", int(sys.argv[1]))
