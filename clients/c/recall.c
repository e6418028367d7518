/* A match of Recall against whoever comes, by the C SDK of Colyseus 0.18. README.md says how to build it. */
#include <colyseus/client.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "recall_state.h"

static volatile bool is_over = false;
static colyseus_client_t* client;
static colyseus_room_t* room;

static void answered(bool ok, colyseus_message_reader_t* reader, const char* error, void* type) {
    const char* code = error;
    size_t length = error ? strlen(error) : 0;
    if (ok) return;
    /* A refusal: { code, message }, and retry_after_ms where waiting helps. */
    if (reader) colyseus_message_reader_map_get_str(reader, "code", &code, &length);
    printf("%s was refused: %.*s\n", (const char*)type, (int)length, code ? code : "");
}

/* `payload` is freed here. */
static void ask(const char* type, colyseus_message_t* payload) {
    colyseus_room_request(room, type, payload, answered, (void*)type);
    colyseus_message_free(payload);
}

static bool is(colyseus_message_reader_t* map, const char* key, const char* expected) {
    const char* value;
    size_t length;
    return colyseus_message_reader_map_get_str(map, key, &value, &length)
        && length == strlen(expected) && strncmp(value, expected, length) == 0;
}

/* What just happened. The state has it already. */
static void on_match_event(colyseus_message_reader_t* event, void* userdata) {
    bool mine = is(event, "session_id", colyseus_room_get_session_id(room));
    colyseus_message_t* payload = colyseus_message_map_create();
    (void)userdata;
    if (is(event, "type", "match_started")) {
        colyseus_message_t* slots = colyseus_message_array_create();
        colyseus_message_array_push_int(slots, 0);
        colyseus_message_array_push_int(slots, 1);
        colyseus_message_map_put_msg(payload, "slots", slots);
        /* An array is copied into the map. */
        colyseus_message_free(slots);
        ask("completed_initial_peek", payload);
    } else if (mine && is(event, "type", "turn_started") && is(event, "step", "draw")) {
        ask("draw_card", payload);
    } else if (mine && is(event, "type", "drew")) {
        colyseus_message_map_put_int(payload, "slot", -1);
        ask("play_card", payload);
    } else {
        if (is(event, "type", "match_ended")) colyseus_room_leave(room, true);
        colyseus_message_free(payload);
    }
}

/* To this player alone. Times are floats: map_get_int does not find them. */
static void on_cards_shown(colyseus_message_reader_t* shown, void* userdata) {
    double until_at = 0;
    (void)userdata;
    colyseus_message_reader_map_get_float(shown, "until_at", &until_at);
    printf("cards for you alone, until %.0f\n", until_at);
}

static void on_state_change(void* userdata) {
    recall_state_t* state = colyseus_room_get_state(room);
    (void)userdata;
    if (state && state->phase) printf("%s, turn: %s, until %.0f\n", state->phase, state->turn ? state->turn : "", state->deadlineAt);
}

static void on_leave(int code, const char* reason, void* userdata) {
    (void)userdata;
    printf("left: %d %s\n", code, reason ? reason : "");
    is_over = true;
}

static void on_room(colyseus_room_t* joined, void* userdata) {
    (void)userdata;
    room = joined;
    colyseus_room_set_state_type(room, &recall_state_vtable);
    colyseus_room_on_state_change(room, on_state_change, NULL);
    colyseus_room_on_message(room, "match_event", on_match_event, NULL);
    colyseus_room_on_message(room, "cards_shown", on_cards_shown, NULL);
    colyseus_room_on_leave(room, on_leave, NULL);
}

/* The message begins with a code and a colon: "ROOM_FULL: …". */
static void on_error(int code, const char* message, void* userdata) {
    (void)userdata;
    printf("refused: %d %s\n", code, message);
    is_over = true;
}

static void on_signed_in(const colyseus_auth_data_t* data, void* userdata) {
    (void)data;
    (void)userdata;
    colyseus_client_join_or_create(client, "recall", "{\"random\":true}", on_room, on_error, NULL);
}

static void on_sign_in_error(const char* error, void* userdata) {
    on_error(0, error, userdata);
}

int main(void) {
    colyseus_settings_t* settings = colyseus_settings_create();
    colyseus_settings_set_address(settings, "localhost");
    colyseus_settings_set_port(settings, "2567");
    client = colyseus_client_create(settings);
    colyseus_auth_signin_anonymous(colyseus_client_get_auth(client), "{\"name\":\"Ann\"}", on_signed_in, on_sign_in_error, NULL);
    while (!is_over) usleep(100000);
    colyseus_client_free(client);
    colyseus_settings_free(settings);
    return 0;
}
