using System.Diagnostics;
using System.Globalization;

namespace SaliencyCluster.Faults.Tests.Clusters;

/// <summary>A lease as a worker wrote it down.</summary>
internal sealed record LeaseEvent(string Worker, int Process, long Time, string Id, string Image, int Round, int First, int Count, int Points)
{
    public bool Overlaps(LeaseEvent other) => Image == other.Image && Round == other.Round && First < other.First + other.Count && other.First < First + Count;
}

/// <summary>What the workers wrote down, of those that were killed too.</summary>
internal sealed class WorkEvents
{
    private readonly List<LeaseEvent> _leases = [];
    private readonly HashSet<string> _ended = [];
    private readonly HashSet<(int, string, int, int)> _sent = [];
    private readonly List<long> _shards = [];

    public WorkEvents(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "work-*.log"))
        {
            var name = Path.GetFileNameWithoutExtension(file).Split('-');
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            var lines = reader.ReadToEnd().Split('\n');
            // The last line may be half written, or empty.
            foreach (var line in lines[..^1]) Read(name[1], Number(name[2]), line.Split(' '));
        }
    }

    /// <summary>Gets now, on the clock of the events.</summary>
    public static long Now => Stopwatch.GetTimestamp();

    public IEnumerable<LeaseEvent> Leases => _leases;

    /// <summary>Gets the points of a whole shard.</summary>
    public int ShardPoints => _leases.Max(l => l.Points / l.Count);

    /// <summary>Says whether the worker has begun to send the sum, so that nobody may have to compute it again.</summary>
    public bool IsSent(LeaseEvent lease) => _ended.Contains(lease.Id) || _sent.Contains((lease.Process, lease.Image, lease.Round, lease.First));

    /// <summary>Says whether all of its shards are in sums that workers have begun to send, in whatever blocks.</summary>
    public bool IsCovered(LeaseEvent lease)
    {
        var sent = _leases.Where(l => l.Overlaps(lease) && IsSent(l)).ToList();
        return Enumerable.Range(lease.First, lease.Count).All(shard => sent.Exists(l => shard >= l.First && shard < l.First + l.Count));
    }

    /// <summary>Counts the shards that devices finished since a time, whatever became of them.</summary>
    public int ShardsSince(long time) => _shards.Count(t => t >= time);

    private void Read(string worker, int process, string[] words)
    {
        var time = long.Parse(words[0], CultureInfo.InvariantCulture);
        switch (words[1])
        {
            case "lease": _leases.Add(new(worker, process, time, words[2], words[3], Number(words[4]), Number(words[5]), Number(words[6]), Number(words[7]))); break;
            case "end": _ended.Add(words[2]); break;
            case "sending": _sent.Add((process, words[2], Number(words[3]), Number(words[4]))); break;
            default: _shards.Add(time); break;
        }
    }

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
