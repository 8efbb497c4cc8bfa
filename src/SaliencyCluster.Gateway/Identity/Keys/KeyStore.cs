using System.Collections.Concurrent;
using System.Collections.Frozen;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity.Keys;

/// <summary>The keys that are accepted now.</summary>
internal sealed class KeyStore
{
    private readonly string? _path;
    private readonly TimeProvider _clock;
    private FrozenDictionary<string, KeyEntry> _keys = FrozenDictionary<string, KeyEntry>.Empty;
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _ends = new();
    private byte[]? _content;
    private string? _mistake;

    /// <summary>Reads the keys.</summary>
    /// <param name="path">The file; null for a gateway without keys.</param>
    /// <param name="clock">Says what has expired.</param>
    /// <param name="isRequired">Whether callers need a key, or something else that says who they are, also without a file.</param>
    /// <exception cref="SaliencyException">SAL9025: there is no such file, or it holds mistakes.</exception>
    public KeyStore(string? path, TimeProvider clock, bool isRequired = false)
    {
        (_path, _clock, IsRequired) = (path, clock, isRequired || path is not null);
        if (path is not null) Reload();
    }

    /// <summary>Gets whether callers need a key; without keys everyone is admin of the default tenant.</summary>
    public bool IsRequired { get; }

    /// <summary>Gets whether there is a file of keys.</summary>
    public bool HasFile => _path is not null;

    /// <summary>Gets the number of keys.</summary>
    public int Count => _keys.Count;

    /// <summary>Reads the file again; false where it is as it was.</summary>
    /// <exception cref="SaliencyException">SAL9025, once for each mistake: the keys stay as they were.</exception>
    public bool Reload()
    {
        try
        {
            var content = KeyFile.Load(_path!);
            var isNew = !content.AsSpan().SequenceEqual(_content);
            if (isNew) Replace(KeyFile.Parse(content, _path!).ToFrozenDictionary(k => k.Id));
            (_content, _mistake) = (content, null);
            return isNew;
        }
        catch (SaliencyException error) when (error.What == _mistake)
        {
            return false;
        }
        catch (SaliencyException error)
        {
            _mistake = error.What;
            throw;
        }
    }

    /// <summary>Finds who a key belongs to.</summary>
    /// <param name="text">The key as it was sent; null where none was.</param>
    /// <exception cref="SaliencyException">SAL2901 to SAL2904: why not.</exception>
    public Caller Authenticate(string? text)
    {
        if (!IsRequired) return Caller.Anyone;
        if (string.IsNullOrEmpty(text)) throw AccessErrors.NoKey();
        // What is wrong with a key is told to those who have it, and to nobody else.
        return ApiKey.Parse(text) is { } key ? Authenticate(key.Id, key.Matches) : throw AccessErrors.UnknownKey();
    }

    /// <summary>Finds who a key belongs to that is named by its id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="isProven">Says by the stored hash of the key whether who names it may.</param>
    /// <exception cref="SaliencyException">SAL2902 to SAL2904: why not.</exception>
    public Caller Authenticate(string id, Predicate<string> isProven)
    {
        if (!IsRequired) return Caller.Anyone;
        if (!_keys.TryGetValue(id, out var entry) || !isProven(entry.Hash)) throw AccessErrors.UnknownKey();
        return Refusal(entry) is { } refusal ? throw refusal : Caller.Of(entry);
    }

    /// <summary>Says why a key that was accepted is refused by now (SAL2902 to SAL2904); null where it is not.</summary>
    /// <param name="id">The id of the key.</param>
    public SaliencyException? Refusal(string id) => !IsRequired ? null : _keys.TryGetValue(id, out var entry) ? Refusal(entry) : AccessErrors.UnknownKey();

    /// <summary>Gets what is cancelled once a key that was accepted is refused: within seconds of that moment.</summary>
    /// <param name="id">The id of the key.</param>
    public CancellationToken EndOf(string id) => IsRequired ? _ends.GetOrAdd(id, _ => new()).Token : CancellationToken.None;

    /// <summary>Ends the open calls of keys that are refused by now.</summary>
    public void EndRefused()
    {
        foreach (var id in _ends.Keys.Where(id => Refusal(id) is not null)) End(id);
    }

    // A key that stands for something else than before is another key to calls that began with it.
    private void Replace(FrozenDictionary<string, KeyEntry> keys)
    {
        var before = Interlocked.Exchange(ref _keys, keys);
        foreach (var (id, old) in before)
            if (keys.TryGetValue(id, out var now) && (now.Hash, now.Tenant, now.Role) != (old.Hash, old.Tenant, old.Role)) End(id);
        EndRefused();
    }

    private void End(string id)
    {
        if (_ends.TryRemove(id, out var end)) end.Cancel();
    }

    private SaliencyException? Refusal(KeyEntry key) =>
        key.Revoked is { } revoked ? AccessErrors.Revoked(key.Id, revoked)
        : key.Expires is { } expires && expires <= _clock.GetUtcNow() ? AccessErrors.Expired(key.Id, expires)
        : null;
}
