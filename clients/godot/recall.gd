# A match of Recall against whoever comes, by Colyseus' plugin 0.18 for Godot 4. README.md says how to use it.
extends Node

const State = preload("recall_state.gd")

var client: Colyseus.Client
var room: Colyseus.Room
var ids := 0

func _ready():
	client = Colyseus.Client.new("ws://localhost:2567")
	client.auth.sign_in_anonymously(_on_signed_in, {"name": "Ann"})

func _on_signed_in(error, _data):
	if error:
		print("signing in was refused: ", error)
		return
	room = client.join_or_create("recall", {"random": true})
	room.set_state_type(State.RecallState)
	room.message_received.connect(_on_message)
	room.state_changed.connect(_on_state_changed)
	room.error.connect(func(code, message): print("refused: ", code, " ", message))
	room.left.connect(func(code, _reason): print("left: ", code))

# The plugin has no requests: whatever has a command_id is answered by "ack", or by "error", with the same id.
func ask(type: String, payload := {}):
	ids += 1
	payload["command_id"] = str(ids)
	room.send_message(type, payload)

func _on_message(type, data):
	match type:
		"match_event":
			_on_match_event(data)
		"cards_shown":
			print("for you alone, until ", data.until_at, ": ", data.cards)
		"ack":
			print(data.command_id, " is done")
		"error":
			print(data.request, " was refused: ", data.code)

# What just happened. The state has it already.
func _on_match_event(event: Dictionary):
	var mine: bool = event.get("session_id") == room.get_session_id()
	if event.type == "match_started":
		ask("completed_initial_peek", {"slots": [0, 1]})
	elif mine and event.type == "turn_started" and event.step == "draw":
		ask("draw_card")
	elif mine and event.type == "drew":
		ask("play_card", {"slot": -1})
	elif event.type == "match_ended":
		room.leave()

func _on_state_changed():
	var state = room.get_state()
	print(state.phase, ", turn: ", state.turn)
