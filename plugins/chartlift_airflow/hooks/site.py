"""The site key, which all resource ids are made with: the password of one Airflow connection."""

from __future__ import annotations

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from chartlift.errors import MissingSiteKey

CONNECTION = "chartlift_site"


def site_key() -> bytes:
    """The key, as UTF-8 of the password of connection `chartlift_site`.

    Raises:
        MissingSiteKey: there is no such connection, or it has no password.
    """
    try:
        password = BaseHook.get_connection(CONNECTION).password
    except AirflowNotFoundException:
        raise MissingSiteKey from None
    if not password:
        raise MissingSiteKey
    return password.encode()
