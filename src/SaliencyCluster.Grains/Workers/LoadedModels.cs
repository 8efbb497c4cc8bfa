namespace SaliencyCluster.Grains.Workers;

/// <summary>Models that the device has used lately, most recent first: what it tells the queue for affinity. Thread-safe.</summary>
internal sealed class LoadedModels
{
    private const int Kept = 4;
    private readonly Lock _gate = new();
    private string[] _hashes = [];

    public string[] Hashes => Volatile.Read(ref _hashes);

    public void Used(string hash)
    {
        lock (_gate)
        {
            if (_hashes.Length == 0 || _hashes[0] != hash) Volatile.Write(ref _hashes, [hash, .. _hashes.Where(h => h != hash).Take(Kept - 1)]);
        }
    }
}
