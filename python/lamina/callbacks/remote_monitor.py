"""RemoteMonitor."""

import json
import warnings
from typing import Any

from lamina.callbacks.callback import Callback


class RemoteMonitor(Callback):
    """Sends the logs of each epoch to a server, as HTTP POST to ``root + path``.

    A server that cannot be reached is warned of; training goes on.

    Args:
        root: the server, ``http://`` or ``https://``.
        path: behind it.
        field: the field of the form that holds the JSON of the logs.
        headers: further headers.
        send_as_json: whether the JSON is the body itself, ``application/json``, instead.

    >>> RemoteMonitor("https://monitor.example.org").path
    '/publish/epoch/end/'
    """

    # A server that accepts and never answers must not hold training for ever.
    _TIMEOUT_S = 10

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: dict[str, str] | None = None,
        send_as_json: bool = False,
    ) -> None:
        super().__init__()
        if not root.startswith(("http://", "https://")):
            raise ValueError(f"RemoteMonitor got root={root!r}, expected http:// or https://")
        self.root = root
        self.path = path
        self.field = field
        self.headers = headers
        self.send_as_json = send_as_json

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Sends the logs."""
        # Only a run that is watched needs them: `import lamina` stays fast.
        import urllib.parse
        import urllib.request

        values = {name: _plain(value) for name, value in (logs or {}).items()}
        text = json.dumps({"epoch": epoch, **values})
        if self.send_as_json:
            kind, body = "application/json", text
        else:
            kind = "application/x-www-form-urlencoded"
            body = urllib.parse.urlencode({self.field: text})
        headers = {"Content-Type": kind, **(self.headers or {})}
        request = urllib.request.Request(self.root + self.path, body.encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=self._TIMEOUT_S):
                pass
        except OSError as error:
            warnings.warn(f"could not reach {self.root}: {error}", stacklevel=2)


def _plain(value: Any) -> Any:
    """NumPy's numbers and arrays as JSON knows them."""
    return value.tolist() if hasattr(value, "tolist") else value
