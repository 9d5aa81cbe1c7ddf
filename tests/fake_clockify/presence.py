"""What an answer always contains and what may be null, kept by hand; each line cites its source.

`description: X` is the schema X of the vendor's file; any other source is a paragraph of the README
beside this module.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

Rule = Literal["always", "nullable", "optional"]


class Line(NamedTuple):
    """`fields` of `schema` are present and not null, present but maybe null, or maybe absent."""

    schema: str
    rule: Rule
    fields: str
    source: str


ENTRY = "id description userId workspaceId billable timeInterval customFieldValues type isLocked"
CHOSEN = "README: Chosen here"
PRESENCE: tuple[Line, ...] = (
    Line(
        "UserDtoV1",
        "always",
        "id name email activeWorkspace defaultWorkspace settings",
        "README: Account",
    ),
    Line(
        "UserDtoV1",
        "always",
        "customFields memberships profilePicture status",
        "description: UserDtoV1",
    ),
    Line(
        "UserSettingsDtoV1", "always", "timeZone weekStart timeFormat dateFormat", "README: Account"
    ),
    Line(
        "UserSettingsDtoV1",
        "always",
        "alerts approval collapseAllProjectLists dashboardPinToTop dashboardSelection"
        " dashboardViewType groupSimilarEntriesDisabled invoiceReminders isCompactViewOn lang"
        " longRunning multiFactorEnabled myStartOfDay onboarding projectListCollapse"
        " projectPickerTaskFilter pto reminders scheduledReports scheduling sendNewsletter"
        " showOnlyWorkingDays summaryReportSettings theme timeTrackingManual weeklyUpdates",
        "description: UserSettingsDtoV1",
    ),
    Line(
        "SummaryReportSettingsDtoV1",
        "always",
        "group subgroup",
        "description: SummaryReportSettingsDtoV1",
    ),
    Line(
        "MembershipDtoV1",
        "always",
        "membershipStatus membershipType targetId userId",
        "description: MembershipDtoV1",
    ),
    Line("MembershipDtoV1", "nullable", "costRate hourlyRate", CHOSEN),
    Line("RateDtoV1", "always", "amount currency", "description: RateDtoV1"),
    Line("HourlyRateDtoV1", "always", "amount currency", "description: HourlyRateDtoV1"),
    Line(
        "WorkspaceDtoV1",
        "always",
        "id name featureSubscriptionType workspaceSettings",
        "README: Account",
    ),
    Line(
        "WorkspaceDtoV1",
        "always",
        "cakeOrganizationId currencies features hourlyRate imageUrl memberships subdomain",
        "description: WorkspaceDtoV1",
    ),
    Line("WorkspaceDtoV1", "nullable", "costRate", CHOSEN),
    Line(
        "CurrencyWithDefaultInfoDtoV1",
        "always",
        "code id isDefault",
        "description: CurrencyWithDefaultInfoDtoV1",
    ),
    Line("WorkspaceSubdomainDtoV1", "always", "enabled", "description: WorkspaceSubdomainDtoV1"),
    Line("WorkspaceSubdomainDtoV1", "nullable", "name", CHOSEN),
    Line(
        "WorkspaceSettingsDtoV1",
        "always",
        "activeBillableHours adminOnlyPages canSeeTimeSheet canSeeTracker currencyFormat"
        " defaultBillableProjects durationFormat entityCreationPermissions forceDescription"
        " forceProjects forceTags forceTasks isProjectPublicByDefault multiFactorEnabled"
        " numberFormat onlyAdminsCanChangeBillableStatus onlyAdminsCreateProject"
        " onlyAdminsCreateTag onlyAdminsCreateTask onlyAdminsSeeAllTimeEntries"
        " onlyAdminsSeeBillableRates onlyAdminsSeeDashboard onlyAdminsSeePublicProjectsEntries"
        " projectFavorites projectGroupingLabel projectLabel projectPickerSpecialFilter round"
        " taskLabel timeRoundingInReports timeTrackingMode trackTimeDownToSecond workingDays",
        "description: WorkspaceSettingsDtoV1",
    ),
    Line(
        "WorkspaceSettingsDtoV1", "nullable", "automaticLock lockTimeEntries lockTimeZone", CHOSEN
    ),
    Line(
        "AutomaticLockDtoV1",
        "optional",
        "changeDay dayOfMonth firstDay olderThanPeriod olderThanValue type",
        "description: AutomaticLockDtoV1",
    ),
    Line(
        "EntityCreationPermissionsDtoV1",
        "always",
        "whoCanCreateProjectsAndClients whoCanCreateTags whoCanCreateTasks",
        "description: EntityCreationPermissionsDtoV1",
    ),
    Line("RoundDto", "always", "minutes round", "description: RoundDto"),
    Line(
        "ClientWithCurrencyDtoV1",
        "always",
        "archived currencyCode id name workspaceId",
        "description: ClientWithCurrencyDtoV1",
    ),
    Line("ClientWithCurrencyDtoV1", "nullable", "address ccEmails currencyId email note", CHOSEN),
    Line("ClientDtoV1", "always", "archived id name workspaceId", "description: ClientDtoV1"),
    Line("ClientDtoV1", "nullable", "address ccEmails currencyId email note", CHOSEN),
    Line(
        "CustomFieldDtoV1",
        "always",
        "allowedValues entityType id name onlyAdminCanEdit projectDefaultValues required status"
        " type workspaceId",
        "description: CustomFieldDtoV1",
    ),
    Line("CustomFieldDtoV1", "nullable", "description placeholder workspaceDefaultValue", CHOSEN),
    Line(
        "CustomFieldDefaultValuesDtoV1",
        "always",
        "projectId status value",
        "description: CustomFieldDefaultValuesDtoV1",
    ),
    Line(
        "UserCustomFieldValueDtoV1",
        "always",
        "customFieldId customFieldName customFieldType userId value",
        "description: UserCustomFieldValueDtoV1",
    ),
    Line(
        "ProjectDtoV1",
        "always",
        "archived billable color duration estimate id memberships name note public template"
        " workspaceId",
        "description: ProjectDtoV1",
    ),
    Line("ProjectDtoV1", "nullable", "budgetEstimate costRate hourlyRate timeEstimate", CHOSEN),
    Line("ProjectDtoImplV1", "always", "clientId clientName", "README: Catalogue"),
    Line(
        "ProjectDtoImplV1",
        "always",
        "archived billable color duration estimate id memberships name note public template"
        " workspaceId",
        "description: ProjectDtoImplV1",
    ),
    Line(
        "ProjectDtoImplV1",
        "nullable",
        "budgetEstimate costRate estimateReset hourlyRate timeEstimate",
        CHOSEN,
    ),
    Line("EstimateDtoV1", "always", "estimate type", "description: EstimateDtoV1"),
    Line(
        "EstimateWithOptionsDto",
        "always",
        "active estimate includeExpenses type",
        "description: EstimateWithOptionsDto",
    ),
    Line("EstimateWithOptionsDto", "nullable", "resetOption", CHOSEN),
    Line(
        "TimeEstimateDto",
        "always",
        "active estimate includeNonBillable type",
        "description: TimeEstimateDto",
    ),
    Line("TimeEstimateDto", "nullable", "resetOption", CHOSEN),
    Line(
        "EstimateResetDto",
        "optional",
        "dayOfMonth dayOfWeek hour interval month",
        "description: EstimateResetDto",
    ),
    Line("TaskDtoV1", "always", "status", "README: Catalogue"),
    Line(
        "TaskDtoV1",
        "always",
        "assigneeIds billable estimate id name projectId userGroupIds",
        "description: TaskDtoV1",
    ),
    Line("TaskDtoV1", "nullable", "assigneeId budgetEstimate costRate duration hourlyRate", CHOSEN),
    Line("TagDtoV1", "always", "archived id name workspaceId", "description: TagDtoV1"),
    Line("TimeIntervalDtoV1", "always", "start", "README: Entries"),
    Line("TimeIntervalDtoV1", "nullable", "end duration", "README: Entries"),
    Line(
        "CustomFieldValueDtoV1",
        "always",
        "customFieldId name timeEntryId type value",
        "description: CustomFieldValueDtoV1",
    ),
    Line("TimeEntryDtoImplV1", "always", ENTRY, "README: Entries"),
    Line("TimeEntryDtoImplV1", "nullable", "projectId taskId tagIds", "README: Entries"),
    Line("TimeEntryDtoImplV1", "nullable", "kioskId", CHOSEN),
    Line("TimeEntryDtoV1", "always", ENTRY, "README: Entries"),
    Line("TimeEntryDtoV1", "nullable", "projectId taskId tagIds", "README: Entries"),
    Line("TimeEntryDtoV1", "nullable", "kioskId", CHOSEN),
    Line("TimeEntryWithRatesDtoV1", "always", ENTRY, "README: Entries"),
    Line("TimeEntryWithRatesDtoV1", "nullable", "projectId taskId tagIds", "README: Entries"),
    Line("TimeEntryWithRatesDtoV1", "nullable", "costRate hourlyRate", "README: Entries"),
    Line("TimeEntryWithRatesDtoV1", "nullable", "kioskId", CHOSEN),
    Line(
        "TimeEntryDetailedReportDto",
        "always",
        "timeentries totals",
        "description: TimeEntryDetailedReportDto",
    ),
    Line(
        "TimeEntryDto",
        "always",
        "billable description get_id locked tags timeInterval userEmail userId userName",
        "description: TimeEntryDto",
    ),
    Line(
        "TimeEntryDto",
        "nullable",
        "approvalRequestId clientId clientName projectColor projectId projectName taskId taskName",
        CHOSEN,
    ),
    Line("ReportTagDto", "always", "id name", "description: ReportTagDto"),
    Line("ReportTimeIntervalDto", "always", "duration end start", "README: Reports"),
    Line(
        "TimeEntryReportTotals",
        "always",
        "amounts entriesCount id totalBillableTime totalTime",
        "description: TimeEntryReportTotals",
    ),
    Line("AmountDto", "always", "type value", "description: AmountDto"),
    Line(
        "TimeEntrySummaryReportDto",
        "always",
        "chart groupOne totals",
        "description: TimeEntrySummaryReportDto",
    ),
    Line(
        "SummaryReportChartDto",
        "always",
        "earned id totalAmount totalBillableTime totalTime",
        "description: SummaryReportChartDto",
    ),
    Line(
        "GroupOneDto",
        "always",
        "amount children duration id name nameLowerCase",
        "description: GroupOneDto",
    ),
    Line("GroupOneDto", "optional", "clientName days", "description: GroupOneDto"),
    Line("DailyTotalDto", "always", "amount date duration", "description: DailyTotalDto"),
    Line(
        "TimeEntryWeeklyReportDto",
        "always",
        "decimalFormat groupOne includeUsersWithoutTime totals totalsByDay trackTimeDownToSeconds"
        " usersWithoutTime",
        "description: TimeEntryWeeklyReportDto",
    ),
    Line(
        "UserDto",
        "always",
        "dateFormat email id name timeFormat timeZone weekStart",
        "description: UserDto",
    ),
)

# Properties that real answers have although the description lacks them, and why.
BESIDES: dict[str, dict[str, tuple[dict[str, Any], str]]] = {
    "UserDtoV1": {"roles": ({"type": "array"}, "description: the parameter include-roles")},
    "ProjectDtoV1": {
        "clientId": ({"type": "string"}, "README: Catalogue"),
        "clientName": ({"type": "string"}, "README: Catalogue"),
        "estimateReset": ({"type": ["object", "null"]}, "description: ProjectDtoImplV1"),
        "client": ({"type": ["object", "null"]}, "description: the parameter hydrated"),
        "tasks": ({"type": "array"}, "description: the parameter hydrated"),
    },
    "ProjectDtoImplV1": {
        "client": ({"type": ["object", "null"]}, "description: the parameter hydrated"),
        "tasks": ({"type": "array"}, "description: the parameter hydrated"),
    },
    "TimeEntryDto": {"_id": ({"type": "string"}, "description: TimeEntryDto, its getter get_id")},
}

# Properties with another type in real answers than described.
OTHERWISE: dict[str, dict[str, tuple[dict[str, Any], str]]] = {
    "WorkspaceDtoV1": {
        "features": (
            {"type": "array", "items": {"$ref": "#/components/schemas/Feature"}},
            "README: Account",
        )
    },
    "WorkspaceSettingsDtoV1": {
        "adminOnlyPages": (
            {"type": "array", "items": {"type": "string", "enum": ["PROJECT", "TEAM", "REPORTS"]}},
            "README: Account",
        )
    },
}

# Operations that answer with another schema than described.
ANSWERS: dict[str, tuple[str, str]] = {"getProject": ("ProjectDtoImplV1", "README: Catalogue")}
HYDRATED_INSTEAD_OF_IDS = ("projectId", "taskId", "tagIds")
# The switch hydrated_rates decides whether they are present.
HYDRATED_PERHAPS = ("costRate", "hourlyRate")
