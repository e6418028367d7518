//
// THIS FILE HAS BEEN GENERATED AUTOMATICALLY
// DO NOT CHANGE IT MANUALLY UNLESS YOU KNOW WHAT YOU'RE DOING
//
// GENERATED USING @colyseus/schema 5.0.34
//
#ifndef __SCHEMA_CODEGEN_RECALL_STATE_H__
#define __SCHEMA_CODEGEN_RECALL_STATE_H__ 1

#include "colyseus/schema/types.h"
#include "colyseus/schema/collections.h"
#include <stdlib.h>
#include <stddef.h>
#include <stdbool.h>

typedef struct {
    colyseus_schema_t __base;
    char* rank;
    char* suit;
} card_state_t;

static const colyseus_field_t card_state_fields[] = {
    {0, "rank", COLYSEUS_FIELD_STRING, "string", offsetof(card_state_t, rank), NULL, NULL, NULL},
    {1, "suit", COLYSEUS_FIELD_STRING, "string", offsetof(card_state_t, suit), NULL, NULL, NULL}
};

static card_state_t* card_state_create(void) {
    card_state_t* instance = calloc(1, sizeof(card_state_t));
    return instance;
}

static void card_state_destroy(colyseus_schema_t* schema) {
    card_state_t* instance = (card_state_t*)schema;
    if (instance->rank) free(instance->rank);
    if (instance->suit) free(instance->suit);
    free(instance);
}

static const colyseus_schema_vtable_t card_state_vtable = {
    "CardState",
    sizeof(card_state_t),
    (colyseus_schema_t* (*)(void))card_state_create,
    card_state_destroy,
    card_state_fields,
    2
};

typedef struct {
    colyseus_schema_t __base;
    bool empty;
    bool faceUp;
    char* rank;
    char* suit;
} slot_state_t;

static const colyseus_field_t slot_state_fields[] = {
    {0, "empty", COLYSEUS_FIELD_BOOLEAN, "boolean", offsetof(slot_state_t, empty), NULL, NULL, NULL},
    {1, "faceUp", COLYSEUS_FIELD_BOOLEAN, "boolean", offsetof(slot_state_t, faceUp), NULL, NULL, NULL},
    {2, "rank", COLYSEUS_FIELD_STRING, "string", offsetof(slot_state_t, rank), NULL, NULL, NULL},
    {3, "suit", COLYSEUS_FIELD_STRING, "string", offsetof(slot_state_t, suit), NULL, NULL, NULL}
};

static slot_state_t* slot_state_create(void) {
    slot_state_t* instance = calloc(1, sizeof(slot_state_t));
    return instance;
}

static void slot_state_destroy(colyseus_schema_t* schema) {
    slot_state_t* instance = (slot_state_t*)schema;
    if (instance->rank) free(instance->rank);
    if (instance->suit) free(instance->suit);
    free(instance);
}

static const colyseus_schema_vtable_t slot_state_vtable = {
    "SlotState",
    sizeof(slot_state_t),
    (colyseus_schema_t* (*)(void))slot_state_create,
    slot_state_destroy,
    slot_state_fields,
    4
};

typedef struct {
    colyseus_schema_t __base;
    char* sessionId;
    char* userId;
    char* name;
    uint8_t seat;
    char* dealNonce;
    bool isBot;
    bool connected;
    char* status;
    uint8_t cardCount;
    colyseus_array_schema_t* hand;
    char* collectionRank;
    int32_t points;
    uint16_t missedTurns;
    uint8_t place;
    char* winType;
    bool playedByBot;
    char* dealCommitment;
    char* dealPart;
} player_state_t;

static const colyseus_field_t player_state_fields[] = {
    {0, "sessionId", COLYSEUS_FIELD_STRING, "string", offsetof(player_state_t, sessionId), NULL, NULL, NULL},
    {1, "userId", COLYSEUS_FIELD_STRING, "string", offsetof(player_state_t, userId), NULL, NULL, NULL},
    {2, "name", COLYSEUS_FIELD_STRING, "string", offsetof(player_state_t, name), NULL, NULL, NULL},
    {3, "seat", COLYSEUS_FIELD_UINT8, "uint8", offsetof(player_state_t, seat), NULL, NULL, NULL},
    {4, "dealNonce", COLYSEUS_FIELD_STRING, "string", offsetof(player_state_t, dealNonce), NULL, NULL, NULL},
    {5, "isBot", COLYSEUS_FIELD_BOOLEAN, "boolean", offsetof(player_state_t, isBot), NULL, NULL, NULL},
    {6, "connected", COLYSEUS_FIELD_BOOLEAN, "boolean", offsetof(player_state_t, connected), NULL, NULL, NULL},
    {7, "status", COLYSEUS_FIELD_STRING, "string", offsetof(player_state_t, status), NULL, NULL, NULL},
    {8, "cardCount", COLYSEUS_FIELD_UINT8, "uint8", offsetof(player_state_t, cardCount), NULL, NULL, NULL},
    {9, "hand", COLYSEUS_FIELD_ARRAY, "array", offsetof(player_state_t, hand), &slot_state_vtable, NULL, NULL},
    {10, "collectionRank", COLYSEUS_FIELD_STRING, "string", offsetof(player_state_t, collectionRank), NULL, NULL, NULL},
    {11, "points", COLYSEUS_FIELD_INT32, "int32", offsetof(player_state_t, points), NULL, NULL, NULL},
    {12, "missedTurns", COLYSEUS_FIELD_UINT16, "uint16", offsetof(player_state_t, missedTurns), NULL, NULL, NULL},
    {13, "place", COLYSEUS_FIELD_UINT8, "uint8", offsetof(player_state_t, place), NULL, NULL, NULL},
    {14, "winType", COLYSEUS_FIELD_STRING, "string", offsetof(player_state_t, winType), NULL, NULL, NULL},
    {15, "playedByBot", COLYSEUS_FIELD_BOOLEAN, "boolean", offsetof(player_state_t, playedByBot), NULL, NULL, NULL},
    {16, "dealCommitment", COLYSEUS_FIELD_STRING, "string", offsetof(player_state_t, dealCommitment), NULL, NULL, NULL},
    {17, "dealPart", COLYSEUS_FIELD_STRING, "string", offsetof(player_state_t, dealPart), NULL, NULL, NULL}
};

static player_state_t* player_state_create(void) {
    player_state_t* instance = calloc(1, sizeof(player_state_t));
    return instance;
}

static void player_state_destroy(colyseus_schema_t* schema) {
    player_state_t* instance = (player_state_t*)schema;
    if (instance->sessionId) free(instance->sessionId);
    if (instance->userId) free(instance->userId);
    if (instance->name) free(instance->name);
    if (instance->dealNonce) free(instance->dealNonce);
    if (instance->status) free(instance->status);
    if (instance->collectionRank) free(instance->collectionRank);
    if (instance->winType) free(instance->winType);
    if (instance->dealCommitment) free(instance->dealCommitment);
    if (instance->dealPart) free(instance->dealPart);
    free(instance);
}

static const colyseus_schema_vtable_t player_state_vtable = {
    "PlayerState",
    sizeof(player_state_t),
    (colyseus_schema_t* (*)(void))player_state_create,
    player_state_destroy,
    player_state_fields,
    18
};

typedef struct {
    colyseus_schema_t __base;
    char* roomId;
    char* ownerId;
    char* permission;
    char* gameType;
    char* phase;
    uint8_t maxPlayers;
    uint8_t minPlayers;
    double turnTimeLimit;
    double startsAt;
    char* turn;
    double deadlineAt;
    uint8_t drawPile;
    card_state_t* discardTop;
    uint8_t discardCount;
    char* recallCalledBy;
    colyseus_array_schema_t* winners;
    uint32_t matchNumber;
    char* dealCommitment;
    char* dealSeed;
    colyseus_map_schema_t* players;
    uint8_t dealFormula;
    bool shortWindows;
} recall_state_t;

static const colyseus_field_t recall_state_fields[] = {
    {0, "roomId", COLYSEUS_FIELD_STRING, "string", offsetof(recall_state_t, roomId), NULL, NULL, NULL},
    {1, "ownerId", COLYSEUS_FIELD_STRING, "string", offsetof(recall_state_t, ownerId), NULL, NULL, NULL},
    {2, "permission", COLYSEUS_FIELD_STRING, "string", offsetof(recall_state_t, permission), NULL, NULL, NULL},
    {3, "gameType", COLYSEUS_FIELD_STRING, "string", offsetof(recall_state_t, gameType), NULL, NULL, NULL},
    {4, "phase", COLYSEUS_FIELD_STRING, "string", offsetof(recall_state_t, phase), NULL, NULL, NULL},
    {5, "maxPlayers", COLYSEUS_FIELD_UINT8, "uint8", offsetof(recall_state_t, maxPlayers), NULL, NULL, NULL},
    {6, "minPlayers", COLYSEUS_FIELD_UINT8, "uint8", offsetof(recall_state_t, minPlayers), NULL, NULL, NULL},
    {7, "turnTimeLimit", COLYSEUS_FIELD_FLOAT64, "float64", offsetof(recall_state_t, turnTimeLimit), NULL, NULL, NULL},
    {8, "startsAt", COLYSEUS_FIELD_FLOAT64, "float64", offsetof(recall_state_t, startsAt), NULL, NULL, NULL},
    {9, "turn", COLYSEUS_FIELD_STRING, "string", offsetof(recall_state_t, turn), NULL, NULL, NULL},
    {10, "deadlineAt", COLYSEUS_FIELD_FLOAT64, "float64", offsetof(recall_state_t, deadlineAt), NULL, NULL, NULL},
    {11, "drawPile", COLYSEUS_FIELD_UINT8, "uint8", offsetof(recall_state_t, drawPile), NULL, NULL, NULL},
    {12, "discardTop", COLYSEUS_FIELD_REF, "ref", offsetof(recall_state_t, discardTop), &card_state_vtable, NULL, NULL},
    {13, "discardCount", COLYSEUS_FIELD_UINT8, "uint8", offsetof(recall_state_t, discardCount), NULL, NULL, NULL},
    {14, "recallCalledBy", COLYSEUS_FIELD_STRING, "string", offsetof(recall_state_t, recallCalledBy), NULL, NULL, NULL},
    {15, "winners", COLYSEUS_FIELD_ARRAY, "array", offsetof(recall_state_t, winners), NULL, "string", NULL},
    {16, "matchNumber", COLYSEUS_FIELD_UINT32, "uint32", offsetof(recall_state_t, matchNumber), NULL, NULL, NULL},
    {17, "dealCommitment", COLYSEUS_FIELD_STRING, "string", offsetof(recall_state_t, dealCommitment), NULL, NULL, NULL},
    {18, "dealSeed", COLYSEUS_FIELD_STRING, "string", offsetof(recall_state_t, dealSeed), NULL, NULL, NULL},
    {19, "players", COLYSEUS_FIELD_MAP, "map", offsetof(recall_state_t, players), &player_state_vtable, NULL, NULL},
    {20, "dealFormula", COLYSEUS_FIELD_UINT8, "uint8", offsetof(recall_state_t, dealFormula), NULL, NULL, NULL},
    {21, "shortWindows", COLYSEUS_FIELD_BOOLEAN, "boolean", offsetof(recall_state_t, shortWindows), NULL, NULL, NULL}
};

static recall_state_t* recall_state_create(void) {
    recall_state_t* instance = calloc(1, sizeof(recall_state_t));
    return instance;
}

static void recall_state_destroy(colyseus_schema_t* schema) {
    recall_state_t* instance = (recall_state_t*)schema;
    if (instance->roomId) free(instance->roomId);
    if (instance->ownerId) free(instance->ownerId);
    if (instance->permission) free(instance->permission);
    if (instance->gameType) free(instance->gameType);
    if (instance->phase) free(instance->phase);
    if (instance->turn) free(instance->turn);
    if (instance->discardTop) card_state_destroy((colyseus_schema_t*)instance->discardTop);
    if (instance->recallCalledBy) free(instance->recallCalledBy);
    if (instance->dealCommitment) free(instance->dealCommitment);
    if (instance->dealSeed) free(instance->dealSeed);
    free(instance);
}

static const colyseus_schema_vtable_t recall_state_vtable = {
    "RecallState",
    sizeof(recall_state_t),
    (colyseus_schema_t* (*)(void))recall_state_create,
    recall_state_destroy,
    recall_state_fields,
    22
};

#endif
