#
# THIS FILE HAS BEEN GENERATED AUTOMATICALLY
# DO NOT CHANGE IT MANUALLY UNLESS YOU KNOW WHAT YOU'RE DOING
#
# GENERATED USING @colyseus/schema 5.0.34
#

class CardState extends Colyseus.Schema:
	static func definition():
		return [
			Colyseus.Schema.Field.new("rank", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("suit", Colyseus.Schema.STRING),
		]

	func _to_string() -> String:
		return "CardState(__ref_id: %s, rank: %s, suit: %s)" % [self.__ref_id, self.rank, self.suit]

class SlotState extends Colyseus.Schema:
	static func definition():
		return [
			Colyseus.Schema.Field.new("empty", Colyseus.Schema.BOOLEAN),
			Colyseus.Schema.Field.new("faceUp", Colyseus.Schema.BOOLEAN),
			Colyseus.Schema.Field.new("rank", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("suit", Colyseus.Schema.STRING),
		]

	func _to_string() -> String:
		return "SlotState(__ref_id: %s, empty: %s, faceUp: %s, rank: %s, suit: %s)" % [self.__ref_id, self.empty, self.faceUp, self.rank, self.suit]

class PlayerState extends Colyseus.Schema:
	static func definition():
		return [
			Colyseus.Schema.Field.new("sessionId", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("userId", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("name", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("seat", Colyseus.Schema.UINT8),
			Colyseus.Schema.Field.new("dealNonce", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("isBot", Colyseus.Schema.BOOLEAN),
			Colyseus.Schema.Field.new("connected", Colyseus.Schema.BOOLEAN),
			Colyseus.Schema.Field.new("status", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("cardCount", Colyseus.Schema.UINT8),
			Colyseus.Schema.Field.new("hand", Colyseus.Schema.ARRAY, SlotState),
			Colyseus.Schema.Field.new("collectionRank", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("points", Colyseus.Schema.INT32),
			Colyseus.Schema.Field.new("missedTurns", Colyseus.Schema.UINT16),
			Colyseus.Schema.Field.new("place", Colyseus.Schema.UINT8),
			Colyseus.Schema.Field.new("winType", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("playedByBot", Colyseus.Schema.BOOLEAN),
			Colyseus.Schema.Field.new("dealCommitment", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("dealPart", Colyseus.Schema.STRING),
		]

	func _to_string() -> String:
		return "PlayerState(__ref_id: %s, sessionId: %s, userId: %s, name: %s, seat: %s, dealNonce: %s, isBot: %s, connected: %s, status: %s, cardCount: %s, hand: %s, collectionRank: %s, points: %s, missedTurns: %s, place: %s, winType: %s, playedByBot: %s, dealCommitment: %s, dealPart: %s)" % [self.__ref_id, self.sessionId, self.userId, self.name, self.seat, self.dealNonce, self.isBot, self.connected, self.status, self.cardCount, self.hand, self.collectionRank, self.points, self.missedTurns, self.place, self.winType, self.playedByBot, self.dealCommitment, self.dealPart]

class RecallState extends Colyseus.Schema:
	static func definition():
		return [
			Colyseus.Schema.Field.new("roomId", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("ownerId", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("permission", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("gameType", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("phase", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("maxPlayers", Colyseus.Schema.UINT8),
			Colyseus.Schema.Field.new("minPlayers", Colyseus.Schema.UINT8),
			Colyseus.Schema.Field.new("turnTimeLimit", Colyseus.Schema.FLOAT64),
			Colyseus.Schema.Field.new("startsAt", Colyseus.Schema.FLOAT64),
			Colyseus.Schema.Field.new("turn", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("deadlineAt", Colyseus.Schema.FLOAT64),
			Colyseus.Schema.Field.new("drawPile", Colyseus.Schema.UINT8),
			Colyseus.Schema.Field.new("discardTop", Colyseus.Schema.REF, CardState),
			Colyseus.Schema.Field.new("discardCount", Colyseus.Schema.UINT8),
			Colyseus.Schema.Field.new("recallCalledBy", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("winners", Colyseus.Schema.ARRAY, Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("matchNumber", Colyseus.Schema.UINT32),
			Colyseus.Schema.Field.new("dealCommitment", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("dealSeed", Colyseus.Schema.STRING),
			Colyseus.Schema.Field.new("players", Colyseus.Schema.MAP, PlayerState),
			Colyseus.Schema.Field.new("dealFormula", Colyseus.Schema.UINT8),
			Colyseus.Schema.Field.new("shortWindows", Colyseus.Schema.BOOLEAN),
		]

	func _to_string() -> String:
		return "RecallState(__ref_id: %s, roomId: %s, ownerId: %s, permission: %s, gameType: %s, phase: %s, maxPlayers: %s, minPlayers: %s, turnTimeLimit: %s, startsAt: %s, turn: %s, deadlineAt: %s, drawPile: %s, discardTop: %s, discardCount: %s, recallCalledBy: %s, winners: %s, matchNumber: %s, dealCommitment: %s, dealSeed: %s, players: %s, dealFormula: %s, shortWindows: %s)" % [self.__ref_id, self.roomId, self.ownerId, self.permission, self.gameType, self.phase, self.maxPlayers, self.minPlayers, self.turnTimeLimit, self.startsAt, self.turn, self.deadlineAt, self.drawPile, self.discardTop, self.discardCount, self.recallCalledBy, self.winners, self.matchNumber, self.dealCommitment, self.dealSeed, self.players, self.dealFormula, self.shortWindows]
