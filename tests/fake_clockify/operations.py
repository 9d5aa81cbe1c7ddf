"""The function behind each operation of the vendor's description."""

from __future__ import annotations

from collections.abc import Callable

from tests.fake_clockify import (
    account,
    clients_and_tags,
    entry_reads,
    entry_writes,
    projects,
    reports,
    tasks,
)
from tests.fake_clockify.answers import Answer
from tests.fake_clockify.call import Call

OPERATIONS: dict[str, Callable[[Call], Answer]] = {
    "getLoggedUser": account.show_user,
    "getWorkspacesOfUser": account.list_workspaces,
    "createWorkspace": account.create_workspace,
    "getWorkspaceOfUser": account.show_workspace,
    "getUsersOfWorkspace": account.list_users,
    "addUsers": account.add_user,
    "ofWorkspace": account.list_custom_fields,
    "create": account.create_custom_field,
    "getClients": clients_and_tags.list_clients,
    "createClient": clients_and_tags.create_client,
    "getClient": clients_and_tags.show_client,
    "updateClient": clients_and_tags.update_client,
    "deleteClient": clients_and_tags.delete_client,
    "getTags": clients_and_tags.list_tags,
    "createNewTag": clients_and_tags.create_tag,
    "getTag": clients_and_tags.show_tag,
    "updateTag": clients_and_tags.update_tag,
    "deleteTag": clients_and_tags.delete_tag,
    "getProjects": projects.list_projects,
    "createNewProject": projects.create_project,
    "getProject": projects.show_project,
    "updateProject": projects.update_project,
    "deleteProject": projects.delete_project,
    "getTasks": tasks.list_tasks,
    "createTask": tasks.create_task,
    "getTask": tasks.show_task,
    "updateTask": tasks.update_task,
    "deleteTask": tasks.delete_task,
    "createTimeEntry": entry_writes.create_entry,
    "createForOthers": entry_writes.create_for_others,
    "stopRunningTimeEntry": entry_writes.stop_running,
    "updateTimeEntry": entry_writes.replace_entry,
    "replaceMany": entry_writes.replace_many,
    "updateInvoicedStatus": entry_writes.mark_invoiced,
    "deleteTimeEntry": entry_writes.delete_entry,
    "deleteMany": entry_writes.delete_many,
    "duplicateTimeEntry": entry_writes.duplicate_entry,
    "getTimeEntries": entry_reads.list_entries,
    "getInProgressTimeEntries": entry_reads.in_progress,
    "getTimeEntry": entry_reads.show_entry,
    "generateDetailedReport": reports.detailed,
    "generateSummaryReport": reports.summary,
    "generateWeeklyReport": reports.weekly,
}
