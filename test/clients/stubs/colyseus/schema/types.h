/* What clients/c uses of Colyseus' C SDK 0.18, as its documentation has it: signatures, and no more. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct colyseus_schema_vtable colyseus_schema_vtable_t;
typedef struct {
    int __refId;
    const colyseus_schema_vtable_t* __vtable;
} colyseus_schema_t;

typedef enum {
    COLYSEUS_FIELD_STRING,
    COLYSEUS_FIELD_BOOLEAN,
    COLYSEUS_FIELD_UINT8,
    COLYSEUS_FIELD_UINT16,
    COLYSEUS_FIELD_INT32,
    COLYSEUS_FIELD_UINT32,
    COLYSEUS_FIELD_FLOAT64,
    COLYSEUS_FIELD_REF,
    COLYSEUS_FIELD_ARRAY,
    COLYSEUS_FIELD_MAP
} colyseus_field_type_t;

typedef struct {
    int index;
    const char* name;
    colyseus_field_type_t type;
    const char* type_str;
    size_t offset;
    const colyseus_schema_vtable_t* child_vtable;
    const char* child_primitive_type;
    const void* quantized;
} colyseus_field_t;

struct colyseus_schema_vtable {
    const char* name;
    size_t size;
    colyseus_schema_t* (*create)(void);
    void (*destroy)(colyseus_schema_t*);
    const colyseus_field_t* fields;
    int field_count;
};
