/* As schema/types.h. */
#pragma once
#include "schema/collections.h"

typedef struct colyseus_settings colyseus_settings_t;
typedef struct colyseus_client colyseus_client_t;
typedef struct colyseus_room colyseus_room_t;
typedef struct colyseus_auth colyseus_auth_t;
typedef struct colyseus_message colyseus_message_t;
typedef struct colyseus_message_reader colyseus_message_reader_t;
typedef struct {
    char* user_json;
    char* token;
} colyseus_auth_data_t;

colyseus_settings_t* colyseus_settings_create(void);
void colyseus_settings_free(colyseus_settings_t* settings);
void colyseus_settings_set_address(colyseus_settings_t* settings, const char* address);
void colyseus_settings_set_port(colyseus_settings_t* settings, const char* port);

colyseus_client_t* colyseus_client_create(colyseus_settings_t* settings);
void colyseus_client_free(colyseus_client_t* client);
colyseus_auth_t* colyseus_client_get_auth(colyseus_client_t* client);
typedef void (*colyseus_client_room_callback_t)(colyseus_room_t* room, void* userdata);
typedef void (*colyseus_client_error_callback_t)(int code, const char* message, void* userdata);
void colyseus_client_join_or_create(colyseus_client_t* client, const char* room_name, const char* options_json,
    colyseus_client_room_callback_t on_success, colyseus_client_error_callback_t on_error, void* userdata);
void colyseus_client_reconnect(colyseus_client_t* client, const char* reconnection_token,
    colyseus_client_room_callback_t on_success, colyseus_client_error_callback_t on_error, void* userdata);

typedef void (*colyseus_auth_success_callback_t)(const colyseus_auth_data_t* data, void* userdata);
typedef void (*colyseus_auth_error_callback_t)(const char* error, void* userdata);
void colyseus_auth_signin_anonymous(colyseus_auth_t* auth, const char* options_json,
    colyseus_auth_success_callback_t on_success, colyseus_auth_error_callback_t on_error, void* userdata);

typedef void (*colyseus_room_on_state_change_fn)(void* userdata);
typedef void (*colyseus_room_on_leave_fn)(int code, const char* reason, void* userdata);
typedef void (*colyseus_room_on_message_fn)(colyseus_message_reader_t* reader, void* userdata);
typedef void (*colyseus_room_on_response_fn)(bool ok, colyseus_message_reader_t* reader, const char* error, void* userdata);
void colyseus_room_set_state_type(colyseus_room_t* room, const colyseus_schema_vtable_t* state_vtable);
void* colyseus_room_get_state(colyseus_room_t* room);
const char* colyseus_room_get_session_id(const colyseus_room_t* room);
const char* colyseus_room_get_reconnection_token(const colyseus_room_t* room);
void colyseus_room_on_state_change(colyseus_room_t* room, colyseus_room_on_state_change_fn callback, void* userdata);
void colyseus_room_on_leave(colyseus_room_t* room, colyseus_room_on_leave_fn callback, void* userdata);
void colyseus_room_on_message(colyseus_room_t* room, const char* type, colyseus_room_on_message_fn callback, void* userdata);
uint32_t colyseus_room_request(colyseus_room_t* room, const char* type, colyseus_message_t* payload,
    colyseus_room_on_response_fn callback, void* userdata);
void colyseus_room_leave(colyseus_room_t* room, bool consented);

colyseus_message_t* colyseus_message_map_create(void);
colyseus_message_t* colyseus_message_array_create(void);
void colyseus_message_free(colyseus_message_t* message);
void colyseus_message_map_put_str(colyseus_message_t* map, const char* key, const char* value);
void colyseus_message_map_put_int(colyseus_message_t* map, const char* key, int64_t value);
void colyseus_message_map_put_msg(colyseus_message_t* map, const char* key, colyseus_message_t* value);
void colyseus_message_array_push_int(colyseus_message_t* array, int64_t value);
bool colyseus_message_reader_map_get_str(colyseus_message_reader_t* reader, const char* key, const char** value, size_t* length);
bool colyseus_message_reader_map_get_int(colyseus_message_reader_t* reader, const char* key, int64_t* value);
bool colyseus_message_reader_map_get_float(colyseus_message_reader_t* reader, const char* key, double* value);
