"""What each subscription allows: features, requests and reports."""

from __future__ import annotations

from tests.fake_clockify.records import Workspace

PLANS = ("FREE", "BASIC", "STANDARD", "PRO", "ENTERPRISE")
FREE_REQUESTS_AN_HOUR = 30
PAID_REQUESTS_A_SECOND = 50
FREE_REPORT_DAYS = 31

_PAID = (
    "UNLIMITED_REPORTS",
    "CSV_EXPORT",
    "XLSX_EXPORT",
    "BULK_EDIT",
    "ADD_TIME_FOR_OTHERS",
    "INVOICING",
)
FEATURES: dict[str, tuple[str, ...]] = {
    "FREE": ("TIME_TRACKING", "ONE_MONTH_RANGE_REPORTS"),
    "BASIC": ("TIME_TRACKING", *_PAID, "BREAKS", "REQUIRED_FIELDS"),
    "STANDARD": ("TIME_TRACKING", *_PAID, "BREAKS", "REQUIRED_FIELDS", "TASK_RATES"),
    "PRO": ("TIME_TRACKING", *_PAID, "BREAKS", "REQUIRED_FIELDS", "TASK_RATES", "CUSTOM_FIELDS"),
}
FEATURES["ENTERPRISE"] = (*FEATURES["PRO"], "AUDIT_LOG")


def is_free(workspace: Workspace) -> bool:
    return workspace.plan == "FREE"


def has(workspace: Workspace, feature: str) -> bool:
    return feature in FEATURES[workspace.plan]
