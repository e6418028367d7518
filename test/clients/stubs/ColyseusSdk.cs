// What unity/ and the documents use of Colyseus' SDK 0.18 for Unity, as its documentation has it: signatures, and no more.
using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Colyseus
{
    public class Client
    {
        public Auth Auth;
        public HTTP Http;
        public Client(string endpoint) { }
        public Task<Room<T>> JoinOrCreate<T>(string roomName, Dictionary<string, object> options = null, Dictionary<string, string> headers = null) where T : Schema.Schema { return null; }
        public Task<Room<T>> Create<T>(string roomName, Dictionary<string, object> options = null, Dictionary<string, string> headers = null) where T : Schema.Schema { return null; }
        public Task<Room<T>> JoinById<T>(string roomId, Dictionary<string, object> options = null, Dictionary<string, string> headers = null) where T : Schema.Schema { return null; }
        public Task<Room<T>> Reconnect<T>(ReconnectionToken token, Dictionary<string, string> headers = null) where T : Schema.Schema { return null; }
    }

    public interface IAuthData
    {
        string Token { get; }
    }

    public class Auth
    {
        public string Token { get; set; }
        public Task<IAuthData> SignInAnonymously(Dictionary<string, object> options = null) { return null; }
        public void SignOut() { }
    }

    public class HTTP
    {
        public Task<string> Get(string path, Dictionary<string, string> headers = null) { return null; }
        public Task<string> Post(string path, Dictionary<string, object> body = null, Dictionary<string, string> headers = null) { return null; }
    }

    public class HttpException : Exception
    {
        public int StatusCode;
    }

    public class MatchMakeException : Exception
    {
        public int Code;
    }

    public class RequestError : Exception
    {
        public readonly string Name = null;
        public readonly object Code = null;
        public readonly object Payload = null;
        public readonly bool Faulted = false;
    }

    public class ReconnectionToken
    {
        public string RoomId;
        public string Token;
    }

    public class ReconnectionOptions
    {
        public bool Enabled = true;
        public int MinUptime = 5000;
        public int MaxRetries = 15;
    }

    public class Room<T> where T : Schema.Schema
    {
        public delegate void StateChangeEventHandler(T state, bool isFirstState);
        public delegate void CloseWithCodeEventHandler(int code);
        public delegate void NoArgsEventHandler();
        public delegate void ErrorEventHandler(int code, string message);

        public string RoomId;
        public string SessionId;
        public ReconnectionToken ReconnectionToken;
        public ReconnectionOptions Reconnection;
        public T State { get { return null; } }
#pragma warning disable 67
        public event StateChangeEventHandler OnStateChange;
        public event CloseWithCodeEventHandler OnLeave;
        public event CloseWithCodeEventHandler OnDrop;
        public event NoArgsEventHandler OnReconnect;
        public event ErrorEventHandler OnError;
#pragma warning restore 67
        public Action OnMessage<M>(string type, Action<M> handler) { return null; }
        public Task Send(string type, object message) { return null; }
        public Task<R> Request<R>(string type, object payload = null, int timeoutMs = 0) { return null; }
        public Task<T> WaitForFirstState() { return null; }
        public Task Leave(bool consented = true) { return null; }
    }
}

namespace Colyseus.Schema
{
    public class Schema
    {
    }

    [AttributeUsage(AttributeTargets.Field)]
    public class Type : Attribute
    {
        public Type(int index, string type, System.Type childType = null, string childPrimitiveType = null) { }
    }

    public class ArraySchema<T>
    {
        public T this[int index] { get { return default(T); } }
        public int Count { get { return 0; } }
        public void ForEach(Action<int, T> action) { }
    }

    public class MapSchema<T>
    {
        public T this[string key] { get { return default(T); } }
        public int Count { get { return 0; } }
        public bool TryGetValue(string key, out T value) { value = default(T); return false; }
        public void ForEach(Action<string, T> action) { }
    }

    public delegate void PropertyChangeEventHandler<T>(T currentValue, T previousValue);
    public delegate void OnInstanceChangeEventHandler();
    public delegate void KeyValueEventHandler<K, T>(K key, T value);

    public class StateCallbackStrategy<S> where S : Schema
    {
        public Action Listen<R>(System.Linq.Expressions.Expression<Func<S, R>> property, PropertyChangeEventHandler<R> handler, bool immediate = true) { return null; }
        public Action OnAdd<R>(System.Linq.Expressions.Expression<Func<S, MapSchema<R>>> property, KeyValueEventHandler<string, R> handler, bool immediate = true) { return null; }
        public Action OnAdd<I, R>(I instance, System.Linq.Expressions.Expression<Func<I, ArraySchema<R>>> property, KeyValueEventHandler<int, R> handler, bool immediate = true) where I : Schema { return null; }
        public Action OnRemove<I, R>(I instance, System.Linq.Expressions.Expression<Func<I, ArraySchema<R>>> property, KeyValueEventHandler<int, R> handler) where I : Schema { return null; }
        public Action OnChange<I>(I instance, OnInstanceChangeEventHandler handler) where I : Schema { return null; }
    }

    public static class Callbacks
    {
        public static StateCallbackStrategy<T> Get<T>(Room<T> room) where T : Schema { return null; }
    }
}

namespace UnityEngine
{
    public static class Debug
    {
        public static void Log(object message) { }
        public static void LogWarning(object message) { }
    }
}
