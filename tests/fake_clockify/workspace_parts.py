"""Parts of a workspace's JSON that come from its plan, its currency and its settings."""

from __future__ import annotations

from typing import Any

from tests.fake_clockify import plans
from tests.fake_clockify.records import Workspace

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
SETTINGS: dict[str, Any] = {
    "activeBillableHours": True,
    "adminOnlyPages": [],
    "automaticLock": None,
    "canSeeTimeSheet": True,
    "canSeeTracker": True,
    "currencyFormat": "CURRENCY_SPACE_VALUE",
    "defaultBillableProjects": True,
    "durationFormat": "FULL",
    "entityCreationPermissions": {
        "whoCanCreateProjectsAndClients": "EVERYONE",
        "whoCanCreateTags": "EVERYONE",
        "whoCanCreateTasks": "EVERYONE",
    },
    "forceDescription": False,
    "forceProjects": False,
    "forceTags": False,
    "forceTasks": False,
    "isProjectPublicByDefault": True,
    "lockTimeEntries": None,
    "lockTimeZone": None,
    "multiFactorEnabled": False,
    "numberFormat": "COMMA_PERIOD",
    "onlyAdminsCanChangeBillableStatus": False,
    "onlyAdminsCreateProject": False,
    "onlyAdminsCreateTag": False,
    "onlyAdminsCreateTask": False,
    "onlyAdminsSeeAllTimeEntries": False,
    "onlyAdminsSeeBillableRates": False,
    "onlyAdminsSeeDashboard": False,
    "onlyAdminsSeePublicProjectsEntries": False,
    "projectFavorites": True,
    "projectGroupingLabel": "client",
    "projectLabel": "project",
    "projectPickerSpecialFilter": False,
    "round": {"minutes": "15", "round": "Round to nearest"},
    "taskLabel": "task",
    "timeRoundingInReports": False,
    "timeTrackingMode": "DEFAULT",
    "trackTimeDownToSecond": True,
    "workingDays": list(WEEKDAYS[:5]),
}


def settings(workspace: Workspace) -> dict[str, Any]:
    """Return every setting: its value in *workspace*, else the default."""
    return {**SETTINGS, **workspace.settings}


def currencies(workspace: Workspace) -> list[dict[str, Any]]:
    codes = [workspace.currency] + [c for c in ("USD", "EUR") if c != workspace.currency]
    return [
        {"id": code.encode().hex().ljust(24, "0"), "code": code, "isDefault": place == 0}
        for place, code in enumerate(codes)
    ]


def currency_code(workspace: Workspace, id_: str | None) -> str:
    codes = {each["id"]: str(each["code"]) for each in currencies(workspace)}
    return codes.get(id_ or "", workspace.currency)


def features(workspace: Workspace) -> list[str]:
    return list(plans.FEATURES[workspace.plan])
