using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Grains.Work;

namespace SaliencyCluster.Grains.Tests.Work;

public class UnreachedWorkTests
{
    [Fact]
    public void Work_that_is_not_reached_is_tried_later_each_time_and_at_most_every_five_minutes()
    {
        var time = new FakeTimeProvider();
        var unreached = new UnreachedWork(TimeSpan.FromSeconds(3), time);
        Assert.True(unreached.IsDue("a"));
        foreach (var pause in (int[])[3, 6, 12, 24, 48, 96, 192, 300, 300])
        {
            unreached.Missed("a");
            time.Advance(TimeSpan.FromSeconds(pause - 1));
            Assert.False(unreached.IsDue("a"));
            Assert.True(unreached.IsDue("b"));
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(unreached.IsDue("a"));
        }
        unreached.Reached("a");
        unreached.Missed("a");
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(unreached.IsDue("a"));
    }
}
