/* As schema/types.h. */
#pragma once
#include "types.h"

typedef struct colyseus_array_schema colyseus_array_schema_t;
typedef struct colyseus_map_schema colyseus_map_schema_t;
void* colyseus_array_schema_get(colyseus_array_schema_t* array, int index);
void* colyseus_map_schema_get(colyseus_map_schema_t* map, const char* key);
typedef void (*colyseus_array_foreach_fn)(int index, void* value, void* userdata);
typedef void (*colyseus_map_foreach_fn)(const char* key, void* value, void* userdata);
void colyseus_array_schema_foreach(colyseus_array_schema_t* array, colyseus_array_foreach_fn callback, void* userdata);
void colyseus_map_schema_foreach(colyseus_map_schema_t* map, colyseus_map_foreach_fn callback, void* userdata);
