using System.Security.Cryptography;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Limits;

/// <summary>
/// What one call stores: room is reserved before, and what the call wrote goes again when it fails or is cancelled. Not thread-safe.
/// </summary>
internal sealed class CallBlobs(IntakeBlobs intake, StorageReservation? reservation) : IAsyncDisposable
{
    // 10 MB of names. What a failed call wrote beyond is left to the collector, and counts until then.
    private const int MaxRemembered = 100_000;
    private readonly Dictionary<string, long> _written = [];
    private long _notRemembered;
    private bool _isKept;
    private bool _isUnknown;

    /// <summary>Gets the bytes that the call was given room for.</summary>
    public long Reserved { get; private set; }

    /// <summary>Reserves room for what is stored next.</summary>
    /// <exception cref="SaliencyException">SAL3011.</exception>
    public async Task ReserveAsync(long bytes)
    {
        Reserved += bytes;
        if (reservation is not null) await reservation.EnsureAsync(Reserved);
    }

    /// <summary>Stores bytes and returns their hash.</summary>
    /// <exception cref="SaliencyException">SAL9101: the store is full or cannot be written.</exception>
    public async Task<string> WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        if (_written.Count < MaxRemembered && _written.TryAdd(hash, content.Length)) intake.Enter(hash);
        else if (!_written.ContainsKey(hash)) _notRemembered += content.Length;
        var added = await intake.Store.AddAsync(content, cancellation);
        if (_written.ContainsKey(hash)) intake.Written(added);
        return hash;
    }

    /// <summary>Hands what was stored over to whoever refers to it from now on.</summary>
    /// <param name="submit">Fails with a refusal where nothing refers to it.</param>
    public async Task<T> HandOverAsync<T>(Func<Task<T>> submit)
    {
        _isUnknown = true;
        try
        {
            var result = await submit();
            _isKept = true;
            return result;
        }
        catch (SaliencyException refused) when (IsRefusal(refused.Code))
        {
            _isUnknown = false;
            throw;
        }
    }

    /// <summary>Takes back what nothing refers to, and gives back the room.</summary>
    public async ValueTask DisposeAsync()
    {
        var left = _notRemembered;
        // Where nobody knows what became of the call, all of it may be referred to.
        foreach (var (hash, bytes) in _written)
        {
            if (intake.Leave(hash, _isKept || _isUnknown) is { } made && !await TakeBackAsync(made)) left += bytes;
        }
        try
        {
            if (reservation is not null) await reservation.ReleaseAsync(_isKept ? 0 : _isUnknown ? Reserved : Math.Min(left, Reserved));
        }
        catch (Exception error)
        {
            // It ends by itself in a day.
            intake.Log.RoomNotReleased(error);
        }
    }

    // The database may have been written before it failed; whatever is refused otherwise is not there.
    private static bool IsRefusal(string code) => code is not "SAL3099" && !code.StartsWith("SAL9", StringComparison.Ordinal);

    private async Task<bool> TakeBackAsync(BlobInfo made)
    {
        try
        {
            return await intake.Store.TakeBackAsync(made, CancellationToken.None);
        }
        catch (Exception error)
        {
            // The collector takes it.
            intake.Log.BlobNotTakenBack(made.Hash, error);
            return false;
        }
    }
}
