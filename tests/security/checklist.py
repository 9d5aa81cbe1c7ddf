"""Each promise about the key, the network, the output and the machine, and the tests that keep it.

A test is written as ``folder/file.py::name``; `test_checklist.py` checks that it exists.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A promise and its tests."""

    promise: str
    tests: tuple[str, ...]


def _line(promise: str, *tests: str) -> Line:
    return Line(promise, tests)


CHECKLIST: dict[int, Line] = {
    1: _line(
        "what login makes is private from the first moment, under any umask",
        "security/test_login.py::test_login_makes_each_file_and_folder_private_from_the_first_moment",
        "config/test_writing.py::test_a_new_file_is_private_whatever_the_umask",
    ),
    2: _line(
        "a key that others can read is not used, nor is the file fixed in silence",
        "security/test_login.py::test_a_key_that_others_can_read_is_refused_with_the_way_to_mend_it_and_the_rest_goes_on",
        "security/test_login.py::test_a_configuration_of_another_user_is_not_used",
        "test_credentials.py::test_a_key_in_somebody_elses_file_is_not_used",
    ),
    3: _line(
        "no link leads the key elsewhere, not even one that is swapped in",
        "security/test_login.py::test_a_link_swapped_in_during_logins_leads_no_key_to_another_users_file",
        "config/test_writing.py::test_a_link_swapped_in_meanwhile_is_never_written_through",
        "config/test_writing.py::test_a_link_to_another_users_file_is_refused",
    ),
    4: _line(
        "the configuration is the old or the new one, whatever ends its writer",
        "config/test_writing.py::test_the_file_is_flushed_before_it_is_renamed_and_the_folder_after",
        "config/test_writing.py::test_what_a_killed_writer_left_is_cleared_away",
        "faults/test_kills.py::test_a_login_killed_at_any_call_can_be_repeated",
    ),
    5: _line(
        "a folder that others can write to is refused",
        "security/test_login.py::test_a_login_in_a_folder_that_others_can_write_to_is_refused",
        "test_paths.py::test_a_folder_that_others_can_write_to_is_refused",
    ),
    6: _line(
        "a keyring is waited for three seconds, has to be one, and is replaced with notice",
        "test_credentials.py::test_a_keyring_that_hangs_is_left_and_the_file_used_with_notice",
        "test_credentials.py::test_a_keyring_that_is_no_keyring_is_refused",
        "test_credentials.py::test_a_keyring_sees_neither_the_key_nor_a_display",
        "scenarios/signed_in/test_keyring.py::test_a_keyring_that_fails_is_named_where_the_file_stands_in",
        "scenarios/signed_in/test_keyring.py::test_a_key_in_the_keyring_is_in_no_file_of_ours",
        "test_layers.py::test_a_command_loads_nothing_heavy_that_it_does_not_use",
    ),
    7: _line(
        "the key is shown nowhere, whatever is asked and whatever fails",
        "security/test_local.py::test_the_key_is_shown_nowhere_whatever_is_asked_and_whatever_fails",
        "security/test_local.py::test_a_failure_that_nobody_foresaw_leaves_no_key_in_its_log",
        "api/test_faults.py::test_a_message_that_echoes_the_key_is_masked",
        "security/test_addresses.py::test_an_address_of_clockify_is_refused_without_its_secret",
        "security/test_addresses.py::test_a_proxy_that_fails_is_named_without_its_password",
        "test_credentials.py::test_a_key_is_shown_by_its_end_at_most",
        "conftest.py::no_key_is_left_lying_about",
    ),
    8: _line(
        "no hook shows local variables",
        "security/test_local.py::test_no_hook_shows_what_a_function_held_when_it_failed",
    ),
    9: _line(
        "no argument and no child's environment holds the key",
        "security/test_login.py::test_a_key_is_no_argument",
        "security/test_login.py::test_no_process_shows_the_key_in_its_arguments_or_environment",
        "security/test_login.py::test_no_child_gets_the_key_with_its_environment",
        "cli/commands/test_config.py::test_the_editor_is_not_told_the_key",
        "show/test_screen.py::test_long_text_goes_to_the_pager_with_its_words_and_without_the_key",
        "test_credentials.py::test_a_command_does_not_see_the_key_of_the_environment",
    ),
    10: _line(
        "logout takes the key away, says what it cannot, and keeps the journal",
        "security/test_login.py::test_logout_takes_the_key_away_and_keeps_what_waits",
        "scenarios/signed_in/test_account.py::test_signing_out_says_what_it_cannot_take_away",
    ),
    11: _line(
        "rows go out with a key of their own account alone",
        "scenarios/signed_in/test_account.py::test_rows_of_the_first_account_wait_while_another_is_signed_in",
        "scenarios/signed_in/test_account.py::test_a_key_of_another_user_at_the_same_clockify_sends_nothing_of_the_first",
    ),
    12: _line(
        "one place speaks HTTP, and it follows no redirect",
        "test_layers.py::test_a_library_is_imported_in_its_layer_alone",
        "api/test_session.py::test_no_redirect_is_followed_to_another_host",
        "faults/test_server_faults.py::test_a_change_is_done_once_whatever_the_server_does",
    ),
    13: _line(
        "the key goes to scheme, host and port of the configured base alone",
        "api/test_session.py::test_the_key_is_not_attached_where_address_and_base_disagree",
        "api/test_session.py::test_a_path_that_leads_elsewhere_is_refused_and_nothing_is_sent",
        "security/test_network.py::test_a_stored_key_goes_to_no_other_host_whatever_the_environment_says",
    ),
    14: _line(
        "plain http goes to this machine alone, and through no proxy",
        "security/test_network.py::test_plain_http_to_another_machine_is_refused_before_the_key_is_sent",
        "security/test_network.py::test_a_proxy_never_sees_what_goes_to_this_machine",
        "api/test_transport.py::test_a_proxy_sees_connect_and_never_the_key",
    ),
    15: _line(
        "certificates are checked, and nothing switches that off",
        "api/test_transport.py::test_a_certificate_that_is_not_trusted_means_not_sent",
        "api/test_transport.py::test_no_value_of_the_ca_variables_turns_the_check_off",
        "security/test_network.py::test_there_is_no_way_to_switch_the_check_of_certificates_off",
        "security/test_network.py::test_an_authority_that_nobody_trusts_is_believed_by_its_file_alone",
    ),
    16: _line(
        "a .netrc adds nothing",
        "security/test_network.py::test_a_netrc_adds_no_credentials",
        "api/test_session.py::test_a_request_carries_the_key_our_name_and_nothing_of_the_user",
    ),
    17: _line(
        "time, size, pages, depth and memory have an end",
        "security/test_network.py::test_an_answer_without_measure_costs_little_memory",
        "api/test_faults.py::test_a_dripping_server_is_left_at_the_deadline",
        "api/test_faults.py::test_a_reply_over_8_mib_is_not_read_to_its_end",
        "api/test_replies.py::test_any_bytes_are_json_or_not_json",
    ),
    18: _line(
        "nothing is sent again by itself, and a 429 stops everybody",
        "security/test_network.py::test_sixteen_processes_before_a_wall_of_429_ask_less_and_less",
        "api/test_faults.py::test_a_write_without_a_clear_answer_is_unknown_and_sent_once",
        "sync/test_push.py::test_a_429_closes_the_window_for_everybody",
    ),
    19: _line(
        "what is not an id never gets into a path",
        "api/test_endpoints.py::test_what_is_no_id_never_gets_into_a_path",
        "api/test_wire.py::test_an_id_is_24_hexadecimal_digits",
    ),
    20: _line(
        "nobody else is spoken to, and nothing is told of the machine",
        "security/test_network.py::test_every_command_connects_to_the_configured_host_alone",
        "security/test_network.py::test_nothing_told_of_this_machine_goes_with_a_request",
        "security/test_network.py::test_no_cookie_is_kept_and_none_is_sent",
        "api/test_session.py::test_cookies_are_not_kept",
    ),
    21: _line(
        "no control character reaches a terminal",
        "show/test_hostile.py::test_the_corpus_is_large_and_has_no_repeats",
        "show/test_hostile.py::test_nothing_but_our_own_colours_reaches_the_stream",
        "cli/test_program.py::test_a_question_is_clean",
    ),
    22: _line(
        "markup is text",
        "show/test_hostile.py::test_markup_is_literal_in_colour",
    ),
    23: _line(
        "JSON is one document of ASCII",
        "show/formats/test_json.py::test_any_text_is_ascii_in_json_without_controls_and_reads_back",
        "show/test_hostile.py::test_json_is_one_document_that_holds_the_text_itself",
    ),
    24: _line(
        "a name breaks out of no shell",
        "cli/commands/test_completion.py::test_a_tab_gives_any_name_as_it_is_and_runs_nothing",
        "cli/commands/test_completion.py::test_a_name_with_control_characters_is_not_offered",
    ),
    25: _line(
        "a cell is not a formula, and text acts in no format",
        "cli/commands/test_exchange.py::test_a_file_for_a_spreadsheet_has_no_formula_in_tsv_either",
        "show/test_hostile.py::test_a_csv_cell_gives_its_text_back",
        "show/formats/test_markdown.py::test_text_is_shown_and_not_acted_on",
    ),
    26: _line(
        "a file that was asked for keeps the umask, all others are private",
        "cli/test_output_file.py::test_a_new_file_is_as_open_as_the_umask_leaves_it",
        "store/test_file.py::test_files_and_folder_are_private_under_any_umask",
    ),
    27: _line(
        "every file stays private, also when the database is rewritten",
        "security/test_local.py::test_every_file_is_private_also_after_the_database_was_rewritten",
    ),
    28: _line(
        "SQL has parameters, and a planted database does nothing",
        "store/test_catalogue.py::test_quotes_and_wildcards_in_names_are_letters",
        "store/test_file.py::test_a_planted_trigger_view_or_table_is_refused_before_it_can_act",
        "security/test_local.py::test_a_database_that_somebody_planted_does_nothing",
        "security/test_local.py::test_a_backup_that_was_tampered_with_is_not_put_back",
    ),
    29: _line(
        "nothing that is read is run, and no shell runs anything",
        "security/test_local.py::test_nothing_that_is_read_is_ever_run",
        "security/test_local.py::test_no_program_is_started_by_a_shell",
        "show/test_screen.py::test_no_shell_reads_the_pager",
        "test_credentials.py::test_a_command_is_split_into_words_and_no_shell_reads_it",
    ),
    30: _line(
        "the folder that one is in can neither run anything nor redirect the key",
        "security/test_network.py::test_a_repository_can_send_no_key_elsewhere_and_run_nothing",
        "config/test_settings.py::test_anything_else_is_named_and_ignored",
    ),
    31: _line(
        "a home of somebody else is not written to",
        "test_paths.py::test_nothing_is_made_in_a_home_as_under_sudo",
    ),
    32: _line(
        "a prompt speaks to nobody and starts nothing",
        "security/test_network.py::test_a_prompt_and_a_completion_speak_to_nobody_and_start_nothing",
        "faults/test_crowds.py::test_prompts_ask_nobody_and_answer_while_others_send",
    ),
    33: _line(
        "nothing goes on behind a command",
        "security/test_network.py::test_a_change_starts_no_process_that_goes_on_behind_it",
    ),
    34: _line(
        "a test speaks to nobody",
        "security/test_network.py::test_a_test_that_speaks_to_another_machine_fails",
    ),
}
