using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;
using Colyseus;

namespace Recall
{
    /// <summary>Something was refused; nothing has changed.</summary>
    public class RecallException : Exception
    {
        /// <summary>One of <see cref="Codes" />.</summary>
        public readonly string Code;
        /// <summary>How long to wait before another try; 0 where waiting doesn't help.</summary>
        public readonly int RetryAfterMs;

        public RecallException(string code, string message, int retryAfterMs = 0) : base(message)
        {
            Code = code;
            RetryAfterMs = retryAfterMs;
        }

        /// <summary>What a request was rejected with.</summary>
        public static RecallException Of(RequestError error)
        {
            var reason = error.Payload as IDictionary;
            if (reason == null || !reason.Contains("code")) return new RecallException(Codes.Internal, error.Message);
            var wait = reason.Contains("retry_after_ms") ? Convert.ToInt32(reason["retry_after_ms"]) : 0;
            return new RecallException((string)reason["code"], Convert.ToString(reason["message"]), wait);
        }

        /// <summary>What a matchmaking call was refused with: its text begins with the code.</summary>
        public static RecallException Of(HttpException error)
        {
            var parts = error.Message.Split(new[] { ": " }, 2, StringSplitOptions.None);
            return parts.Length == 2
                ? new RecallException(parts[0], parts[1])
                : new RecallException(Codes.Unavailable, error.Message);
        }
    }

    /// <summary>
    ///     A player of Recall: signs in, gets a seat, plays, and comes back to the seat whatever becomes of the connection.
    ///     All of it happens on the thread that calls, Unity's main one.
    /// </summary>
    public class RecallClient
    {
        /// <summary>A clock that nobody can set.</summary>
        private static readonly Stopwatch clock = Stopwatch.StartNew();
        private readonly Client client;
        private string guest;
        private Room<RecallState> room;
        private TaskCompletionSource<bool> back = new TaskCompletionSource<bool>();
        /// <summary>How far the server's clock is ahead of this one, ms; until it is measured, as this device's says.</summary>
        private double aheadMs = (DateTime.UtcNow - new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc)).TotalMilliseconds - ClockMs;
        /// <summary>The last event that was told on, and the last of which the server knows that it was.</summary>
        private int last, said;

        /// <summary>The state has changed: what everybody may know.</summary>
        public event Action<RecallState> StateChanged;
        /// <summary>Something has happened in the match, and the state has it already: each event once. Animate from this.</summary>
        public event Action<MatchEvent> Happened;
        /// <summary>What happened meanwhile will not be told any more: draw the table anew, from the state.</summary>
        public event Action Skipped;
        /// <summary>Cards for this player's eyes alone, until <c>until_at</c> (<see cref="ServerNow" />): then hide them.</summary>
        public event Action<CardsShown> Shown;
        /// <summary>The room stands still (true), or goes on (false).</summary>
        public event Action<bool> Paused;
        /// <summary>The connection is lost (true), or back (false).</summary>
        public event Action<bool> Away;
        /// <summary>The seat is gone for good, with one of <see cref="CloseCodes" />.</summary>
        public event Action<int> Left;

        /// <param name="url">for instance http://localhost:2567</param>
        public RecallClient(string url)
        {
            client = new Client(url);
        }

        /// <summary>Null while there is no seat, as the next two.</summary>
        public RecallState State
        {
            get { return room == null ? null : room.State; }
        }

        /// <summary>Of this player, in the state and in events.</summary>
        public string SessionId
        {
            get { return room == null ? null : room.SessionId; }
        }

        /// <summary>For friends to join by; keep it, to be back at this table after the app was started again.</summary>
        public string RoomId
        {
            get { return room == null ? null : room.RoomId; }
        }

        /// <summary>The server's clock, Unix ms, which all times of the state and of messages go by.</summary>
        public double ServerNow
        {
            get { return ClockMs + aheadMs; }
        }

        private static double ClockMs
        {
            get { return clock.Elapsed.TotalMilliseconds; }
        }

        /// <summary>
        ///     As a guest: the same as last time, where the SDK has kept the token on this device, so that their seats are still
        ///     theirs. A token that the server refuses later, since it is too old, makes place for a new guest.
        /// </summary>
        /// <param name="asAnother">A new guest in any case: a second player on this device, who would be the same one.</param>
        public async Task SignIn(string name, bool asAnother = false)
        {
            guest = name;
            if (asAnother || string.IsNullOrEmpty(client.Auth.Token)) await SignInAnew();
        }

        private Task SignInAnew()
        {
            return client.Auth.SignInAnonymously(new Dictionary<string, object> { { "name", guest } });
        }

        /// <summary>Everywhere, on every device: <c>Auth.SignOut</c> alone would forget the token here, and no more.</summary>
        public async Task SignOut()
        {
            await client.Http.Post("auth/sign-out");
            client.Auth.SignOut();
        }

        /// <summary>A seat at any table that waits; computer players fill it up after some seconds.</summary>
        public Task PlayNow(string gameType = "classic")
        {
            var options = Wishes();
            options["random"] = true;
            options["game_type"] = gameType;
            return Enter(() => client.JoinOrCreate<RecallState>("recall", options));
        }

        /// <summary>A match against computer players, which begins at once.</summary>
        public async Task PlayAlone(int bots = 3)
        {
            var options = Wishes();
            options["max_players"] = bots + 1;
            options["bots"] = bots;
            await Enter(() => client.Create<RecallState>("recall", options));
            await StartMatch();
        }

        /// <summary>A table for friends: give them its <see cref="RoomId" /> and the password, and start the match when they are there.</summary>
        public Task OpenForFriends(string password, int maxPlayers = 4)
        {
            var options = Wishes();
            options["permission"] = "private";
            options["password"] = password;
            options["max_players"] = maxPlayers;
            return Enter(() => client.Create<RecallState>("recall", options));
        }

        /// <summary>A friend's table; without a password also back to a seat of one's own.</summary>
        public Task Join(string roomId, string password = null)
        {
            var options = Wishes();
            if (password != null) options["password"] = password;
            return Enter(() => client.JoinById<RecallState>(roomId, options));
        }

        /// <summary>Of every seat: to be told what was missed, and to be shown by that name.</summary>
        private Dictionary<string, object> Wishes()
        {
            var options = new Dictionary<string, object> { { "events", true } };
            if (guest != null) options["name"] = guest;
            return options;
        }

        public async Task Leave()
        {
            await room.Leave();
        }

        // The moves. Each is done when its task is: stored for good, and told to everybody.
        public Task StartMatch() { return Do(FromClient.StartMatch); }
        public Task Peek(int first, int second) { return Do(FromClient.CompletedInitialPeek, "slots", new[] { first, second }); }
        public Task Draw() { return Do(FromClient.DrawCard); }
        public Task TakeFromDiscard() { return Do(FromClient.TakeFromDiscard); }
        /// <summary>-1 is the card that was drawn.</summary>
        public Task Play(int slot) { return Do(FromClient.PlayCard, "slot", slot); }
        public Task PlaySameRank(int slot) { return Do(FromClient.SameRankPlay, "slot", slot); }
        public Task CollectFromDiscard() { return Do(FromClient.CollectFromDiscard); }
        public Task CollectDrawn() { return Do(FromClient.CollectDrawn); }
        public Task CallRecall() { return Do(FromClient.CallRecall); }
        public Task SkipPower() { return Do(FromClient.SkipPower); }

        public Task QueenPeek(Place at)
        {
            return Ask<Done>(FromClient.QueenPeek, Wired(at));
        }

        public Task JackSwap(Place first, Place second)
        {
            var places = new Dictionary<string, object> { { "first", Wired(first) }, { "second", Wired(second) } };
            return Ask<Done>(FromClient.JackSwap, places);
        }

        private static Dictionary<string, object> Wired(Place at)
        {
            return new Dictionary<string, object> { { "session_id", at.session_id }, { "slot", at.slot } };
        }

        private Task Do(string type, string field = null, object value = null)
        {
            var payload = new Dictionary<string, object>();
            if (field != null) payload[field] = value;
            return Ask<Done>(type, payload);
        }

        /// <summary>
        ///     Asks until there is an answer: when the connection breaks, the same again once it is back, with the same
        ///     <c>command_id</c>, so that it is done once. Not for <c>pass_window</c>, which would mean another window by then,
        ///     nor for what is asked about rooms and people, which takes no <c>command_id</c>.
        /// </summary>
        /// <exception cref="RecallException">It was refused, or the seat is gone.</exception>
        public async Task<T> Ask<T>(string type, Dictionary<string, object> payload = null)
        {
            var withId = payload == null ? new Dictionary<string, object>() : new Dictionary<string, object>(payload);
            withId["command_id"] = Guid.NewGuid().ToString();
            while (await back.Task)
            {
                try
                {
                    return await room.Request<T>(type, withId);
                }
                catch (RequestError error)
                {
                    throw RecallException.Of(error);
                }
                catch (Exception)
                {
                    // Nobody has answered: the connection broke, or the answer is late.
                    await Task.Delay(200);
                }
            }
            throw new RecallException(Codes.NotAllowed, "You have no seat in this room any more.");
        }

        private async Task Enter(Func<Task<Room<RecallState>>> call)
        {
            try
            {
                var seat = await SignedIn(call);
                last = said = 0;
                SitDown(seat);
            }
            catch (HttpException error)
            {
                throw RecallException.Of(error);
            }
            await MeasureClock();
        }

        /// <summary>Once more as a new guest, where the token is good no more.</summary>
        private async Task<Room<RecallState>> SignedIn(Func<Task<Room<RecallState>>> call)
        {
            try
            {
                return await call();
            }
            catch (HttpException error)
            {
                if (error.StatusCode != 401 || guest == null) throw;
            }
            await SignInAnew();
            return await call();
        }

        /// <summary>Listens before anything else is waited for: the first messages come at once.</summary>
        private void SitDown(Room<RecallState> seat)
        {
            room = seat;
            // The SDK would not try for a connection that is younger than 5 s.
            room.Reconnection.MinUptime = 0;
            room.OnStateChange += (state, isFirst) => Tell(StateChanged, state);
            room.OnMessage<MatchEvent>(FromServer.MatchEvent, TellOn);
            room.OnMessage<MissedEvents>(FromServer.MissedEvents, CatchUp);
            room.OnMessage<CardsShown>(FromServer.CardsShown, cards => Tell(Shown, cards));
            room.OnMessage<Paused>(FromServer.Paused, why => Tell(Paused, true));
            room.OnMessage<Resumed>(FromServer.Resumed, why => Tell(Paused, false));
            room.OnMessage<ClockMoved>(FromServer.ClockMoved, moved => aheadMs += moved.by_ms);
            room.OnDrop += code => GoAway();
            room.OnReconnect += ComeBack;
            room.OnLeave += code => Closed(seat, code);
            ComeBack();
        }

        private void TellOn(MatchEvent what)
        {
            if (what.n <= last) return;
            last = what.n;
            Tell(Happened, what);
            // Now and then, so that the server knows from where to tell after a lost connection.
            if (last < said + 20) return;
            said = last;
            room.Send(FromClient.Ping, new Dictionary<string, object> { { "n", last } });
        }

        /// <summary>To who comes back, before anything new.</summary>
        private void CatchUp(MissedEvents missed)
        {
            if (missed.since > last && Skipped != null) Skipped();
            foreach (var what in missed.events) TellOn(what);
        }

        private void GoAway()
        {
            if (back.Task.IsCompleted) back = new TaskCompletionSource<bool>();
            Tell(Away, true);
        }

        private void ComeBack()
        {
            if (back.Task.IsCompleted) back = new TaskCompletionSource<bool>();
            Tell(Away, false);
            // Whoever waits for this goes on at once.
            back.SetResult(true);
        }

        private void IsOver(int code)
        {
            if (back.Task.IsCompleted) back = new TaskCompletionSource<bool>();
            Tell(Left, code);
            back.SetResult(false);
        }

        /// <summary>The SDK has given up, or was told to: back by the seat's token, if the seat is still this player's.</summary>
        private async void Closed(Room<RecallState> seat, int code)
        {
            if (seat != room) return;
            var isForGood = code == CloseCodes.Left || code >= CloseCodes.Replaced;
            if (!isForGood) GoAway();
            while (!isForGood)
            {
                try
                {
                    SitDown(await client.Reconnect<RecallState>(seat.ReconnectionToken));
                    return;
                }
                catch (HttpException error)
                {
                    // The token is stale. Its user may have the seat all the same.
                    if (error.StatusCode == 401 && await Rejoined(seat.RoomId)) return;
                    isForGood = error.StatusCode == 401 || error.StatusCode == 403 || error.StatusCode == 404;
                }
                catch (MatchMakeException)
                {
                    // The connection broke again.
                }
                if (!isForGood) await Task.Delay(500);
            }
            IsOver(code);
        }

        private async Task<bool> Rejoined(string roomId)
        {
            try
            {
                SitDown(await client.JoinById<RecallState>(roomId, Wishes()));
                // A seat that is joined anew begins with the state.
                if (Skipped != null) Skipped();
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }

        /// <summary>
        ///     Done when a seat is taken; to be asked again when the app comes back to the front. Half of the way there and back
        ///     is the age of an answer: the quickest of three is believed.
        /// </summary>
        public async Task MeasureClock()
        {
            var best = double.PositiveInfinity;
            for (var i = 0; i < 3; i++)
            {
                var asked = ClockMs;
                var answer = await Ask<ServerTime>(FromClient.Ping);
                var took = ClockMs - asked;
                if (took >= best) continue;
                best = took;
                aheadMs = answer.at - asked - took / 2;
            }
        }

        private static void Tell<T>(Action<T> listeners, T what)
        {
            if (listeners != null) listeners(what);
        }
    }
}
