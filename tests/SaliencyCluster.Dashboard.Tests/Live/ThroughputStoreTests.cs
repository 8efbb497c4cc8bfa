using Google.Protobuf.WellKnownTypes;
using SaliencyCluster.Dashboard.Live;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Tests.Live;

public sealed class ThroughputStoreTests
{
    private const long Now = 1_800_000_000;

    private readonly ThroughputStore _store = new();

    [Fact]
    public void Seconds_that_are_sent_again_replace_what_was_known_of_them()
    {
        _store.Add(Update(Now, Now - 9, ("a", [1, 1, 1, 1, 1, 1, 1, 1, 1, 1])));
        _store.Add(Update(Now + 1, Now - 4, ("a", [5, 5, 5, 5, 5])));
        Assert.Equal([1, 1, 1, 1, 1, 5, 5, 5, 5, 5, 0], _store.Top(ThroughputOf.Method, 5).Single().Points.TakeLast(11));
    }

    [Fact]
    public void What_is_older_than_five_minutes_is_forgotten()
    {
        _store.Add(Update(Now, Now, ("a", [7])));
        _store.Add(Update(Now + ThroughputStore.Seconds, Now + ThroughputStore.Seconds));
        Assert.Empty(_store.Top(ThroughputOf.Method, 5));
    }

    [Fact]
    public void The_rate_is_that_of_five_seconds_whose_work_has_been_told()
    {
        _store.Add(Update(Now, Now - 9, ("a", [100, 100, 100, 10, 10, 10, 10, 10, 0, 0])));
        Assert.Equal(10, _store.Rate(ThroughputOf.Method, "a"));
        Assert.Equal(10, _store.TotalRate);
        Assert.Equal(0, _store.Rate(ThroughputOf.Worker, "a"));
    }

    [Fact]
    public void Series_without_room_are_added_up()
    {
        _store.Add(Update(Now, Now, ("a", [9]), ("b", [3]), ("c", [2])));
        Assert.Equal([("a", 9.0), ("2 others", 5.0)], _store.Top(ThroughputOf.Method, 1).Select(s => (s.Name, s.Points.Sum())));
    }

    [Fact]
    public void Models_are_called_as_in_their_jobs_and_randomised_copies_are_one()
    {
        var update = Update(Now, Now);
        const string Random = "clean:1, weights randomised";
        foreach (var (hash, label) in new[] { ("f1", "clean:1"), ("f1", "other:1"), ("r1", Random), ("r2", Random) })
            update.Throughput.Add(new Throughput { Of = ThroughputOf.Model, Name = hash, Label = label, Points = { 2 } });
        _store.Add(update);
        Assert.Equal(
            [("clean:1, weights randomised", 4.0), ("clean:1", 2.0), ("other:1", 2.0)],
            _store.Top(ThroughputOf.Model, 5).Select(s => (s.Name, s.Points.Sum())));
        Assert.Equal(("clean:1, weights randomised", null), (_store.LabelOf("r2"), _store.LabelOf("unseen")));
    }

    private static ClusterUpdate Update(long now, long first, params (string Name, double[] Points)[] series)
    {
        var update = new ClusterUpdate { FirstSecond = first, Status = new() { Now = new Timestamp { Seconds = now } } };
        foreach (var (name, points) in series) update.Throughput.Add(new Throughput { Of = ThroughputOf.Method, Name = name, Points = { points } });
        return update;
    }
}
