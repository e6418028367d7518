//
// THIS FILE HAS BEEN GENERATED AUTOMATICALLY
// DO NOT CHANGE IT MANUALLY UNLESS YOU KNOW WHAT YOU'RE DOING
//
// GENERATED USING @colyseus/schema 5.0.34
//

namespace Recall {

	public partial class CardState : global::Colyseus.Schema.Schema {
#if UNITY_5_3_OR_NEWER
		[global::UnityEngine.Scripting.Preserve]
#endif
		public CardState() { }

		[global::Colyseus.Schema.Type(0, "string")]
		public string rank = "";

		[global::Colyseus.Schema.Type(1, "string")]
		public string suit = "";
	}

	public partial class SlotState : global::Colyseus.Schema.Schema {
#if UNITY_5_3_OR_NEWER
		[global::UnityEngine.Scripting.Preserve]
#endif
		public SlotState() { }

		[global::Colyseus.Schema.Type(0, "boolean")]
		public bool empty = false;

		[global::Colyseus.Schema.Type(1, "boolean")]
		public bool faceUp = false;

		[global::Colyseus.Schema.Type(2, "string")]
		public string rank = "";

		[global::Colyseus.Schema.Type(3, "string")]
		public string suit = "";
	}

	public partial class PlayerState : global::Colyseus.Schema.Schema {
#if UNITY_5_3_OR_NEWER
		[global::UnityEngine.Scripting.Preserve]
#endif
		public PlayerState() { }

		[global::Colyseus.Schema.Type(0, "string")]
		public string sessionId = "";

		[global::Colyseus.Schema.Type(1, "string")]
		public string userId = "";

		[global::Colyseus.Schema.Type(2, "string")]
		public string name = "";

		[global::Colyseus.Schema.Type(3, "uint8")]
		public byte seat = 0;

		[global::Colyseus.Schema.Type(4, "string")]
		public string dealNonce = "";

		[global::Colyseus.Schema.Type(5, "boolean")]
		public bool isBot = false;

		[global::Colyseus.Schema.Type(6, "boolean")]
		public bool connected = false;

		[global::Colyseus.Schema.Type(7, "string")]
		public string status = "waiting";

		[global::Colyseus.Schema.Type(8, "uint8")]
		public byte cardCount = 0;

		[global::Colyseus.Schema.Type(9, "array", typeof(global::Colyseus.Schema.ArraySchema<SlotState>))]
		public global::Colyseus.Schema.ArraySchema<SlotState> hand = new global::Colyseus.Schema.ArraySchema<SlotState>();

		[global::Colyseus.Schema.Type(10, "string")]
		public string collectionRank = "";

		[global::Colyseus.Schema.Type(11, "int32")]
		public int points = 0;

		[global::Colyseus.Schema.Type(12, "uint16")]
		public ushort missedTurns = 0;

		[global::Colyseus.Schema.Type(13, "uint8")]
		public byte place = 0;

		[global::Colyseus.Schema.Type(14, "string")]
		public string winType = "";

		[global::Colyseus.Schema.Type(15, "boolean")]
		public bool playedByBot = false;

		[global::Colyseus.Schema.Type(16, "string")]
		public string dealCommitment = "";

		[global::Colyseus.Schema.Type(17, "string")]
		public string dealPart = "";
	}

	public partial class RecallState : global::Colyseus.Schema.Schema {
#if UNITY_5_3_OR_NEWER
		[global::UnityEngine.Scripting.Preserve]
#endif
		public RecallState() { }

		[global::Colyseus.Schema.Type(0, "string")]
		public string roomId = "";

		[global::Colyseus.Schema.Type(1, "string")]
		public string ownerId = "";

		[global::Colyseus.Schema.Type(2, "string")]
		public string permission = "public";

		[global::Colyseus.Schema.Type(3, "string")]
		public string gameType = "classic";

		[global::Colyseus.Schema.Type(4, "string")]
		public string phase = "waiting_for_players";

		[global::Colyseus.Schema.Type(5, "uint8")]
		public byte maxPlayers = 0;

		[global::Colyseus.Schema.Type(6, "uint8")]
		public byte minPlayers = 0;

		[global::Colyseus.Schema.Type(7, "float64")]
		public double turnTimeLimit = 0;

		[global::Colyseus.Schema.Type(8, "float64")]
		public double startsAt = 0;

		[global::Colyseus.Schema.Type(9, "string")]
		public string turn = "";

		[global::Colyseus.Schema.Type(10, "float64")]
		public double deadlineAt = 0;

		[global::Colyseus.Schema.Type(11, "uint8")]
		public byte drawPile = 0;

		[global::Colyseus.Schema.Type(12, "ref", typeof(CardState))]
		public CardState discardTop = null;

		[global::Colyseus.Schema.Type(13, "uint8")]
		public byte discardCount = 0;

		[global::Colyseus.Schema.Type(14, "string")]
		public string recallCalledBy = "";

		[global::Colyseus.Schema.Type(15, "array", typeof(global::Colyseus.Schema.ArraySchema<string>), "string")]
		public global::Colyseus.Schema.ArraySchema<string> winners = new global::Colyseus.Schema.ArraySchema<string>();

		[global::Colyseus.Schema.Type(16, "uint32")]
		public uint matchNumber = 0;

		[global::Colyseus.Schema.Type(17, "string")]
		public string dealCommitment = "";

		[global::Colyseus.Schema.Type(18, "string")]
		public string dealSeed = "";

		[global::Colyseus.Schema.Type(19, "map", typeof(global::Colyseus.Schema.MapSchema<PlayerState>))]
		public global::Colyseus.Schema.MapSchema<PlayerState> players = new global::Colyseus.Schema.MapSchema<PlayerState>();

		[global::Colyseus.Schema.Type(20, "uint8")]
		public byte dealFormula = 0;

		[global::Colyseus.Schema.Type(21, "boolean")]
		public bool shortWindows = false;
	}
}
