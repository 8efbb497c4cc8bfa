namespace SaliencyCluster.Runtime.Sessions;

/// <summary>Counts the bytes that a device with memory of its own is given and gives back.</summary>
internal sealed class Transfers
{
    private long _bytes;

    /// <summary>Gets the bytes so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);
}
