using SaliencyCluster.Grains.Abstractions.Cluster;

namespace SaliencyCluster.Grains.Queue;

/// <summary>
/// Points by second for the last five minutes, for each tenant by model, by method and by worker. Work is spread over the seconds
/// in which it was done, so that one long lease does not look like an outburst.
/// </summary>
internal sealed class ThroughputHistory
{
    /// <summary>Seconds that are kept.</summary>
    public const int Seconds = 300;

    private readonly Dictionary<(string Tenant, ThroughputKind Kind, string Name, string Label), Ring> _rings = [];

    /// <summary>Takes note of work that ends now.</summary>
    public void Record(
        string tenant, (string Hash, string Label) model, string method, string worker, int points, double seconds, DateTimeOffset now)
    {
        var end = now.ToUnixTimeMilliseconds() / 1000.0;
        seconds = Math.Clamp(seconds, 0.001, Seconds - 1);
        Add(ThroughputKind.Model, model.Hash, model.Label);
        Add(ThroughputKind.Method, method, "");
        Add(ThroughputKind.Worker, worker, "");

        void Add(ThroughputKind kind, string name, string label)
        {
            if (name.Length > 0) Of((tenant, kind, name, label)).Add(end - seconds, end, points);
        }
    }

    /// <summary>Gets the series from a second on; those without points are left out.</summary>
    public PoolThroughput Read(long firstSecond, DateTimeOffset now)
    {
        var last = now.ToUnixTimeSeconds();
        var first = Math.Clamp(firstSecond, last - Seconds + 1, last + 1);
        var series = new List<ThroughputSeries>();
        foreach (var (key, ring) in _rings)
        {
            if (ring.Read(first, last) is { } points) series.Add(new(key.Tenant, key.Kind, key.Name, points) { Label = key.Label });
        }
        return new(first, series);
    }

    /// <summary>Forgets series that have had no points for as long as points are kept.</summary>
    public void Forget(DateTimeOffset now)
    {
        var oldest = now.ToUnixTimeSeconds() - Seconds;
        foreach (var key in _rings.Where(r => r.Value.Newest < oldest).Select(r => r.Key).ToArray()) _rings.Remove(key);
    }

    private Ring Of((string Tenant, ThroughputKind Kind, string Name, string Label) key) =>
        _rings.TryGetValue(key, out var ring) ? ring : _rings[key] = new();

    private sealed class Ring
    {
        private readonly float[] _points = new float[Seconds];
        private readonly long[] _second = new long[Seconds];

        public long Newest { get; private set; }

        public void Add(double start, double end, int points)
        {
            for (var second = (long)start; second <= (long)end; second++)
            {
                var share = (Math.Min(end, second + 1) - Math.Max(start, second)) / (end - start);
                var slot = (int)(second % Seconds);
                if (_second[slot] != second) (_second[slot], _points[slot]) = (second, 0);
                _points[slot] += (float)(points * share);
                Newest = Math.Max(Newest, second);
            }
        }

        public float[]? Read(long first, long last)
        {
            if (Newest < first) return null;
            var points = new float[Math.Min(last, Newest) - first + 1];
            for (var i = 0; i < points.Length; i++)
            {
                var slot = (int)((first + i) % Seconds);
                if (_second[slot] == first + i) points[i] = _points[slot];
            }
            return points;
        }
    }
}
