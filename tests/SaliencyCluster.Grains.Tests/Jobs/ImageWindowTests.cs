using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Jobs;

namespace SaliencyCluster.Grains.Tests.Jobs;

public sealed class ImageWindowTests
{
    [Fact]
    public void Every_image_of_a_large_job_is_started_once_and_only_the_window_is_held()
    {
        var window = new ImageWindow(100_000, SettledPages.None, 1);
        var started = new List<int>();
        var (mostActive, mostHeld) = (0, 0);
        var random = new Random(1);
        while (!window.IsSettled)
        {
            Fill(window, 50, started);
            mostActive = Math.Max(mostActive, window.Active.Count);
            mostHeld = Math.Max(mostHeld, (started.Count - window.Settled.Done - window.Settled.Failed) / IOutcomePageGrain.Size);
            Assert.True(window.Settle(Done(window.Active.ElementAt(random.Next(window.Active.Count)))));
        }
        Assert.Equal(Enumerable.Range(0, 100_000), started);
        Assert.Equal((50, 100_000, 0, 700_000L), (mostActive, window.Done, window.Failed, window.Points));
        Assert.InRange(mostHeld, 0, 8);
    }

    [Fact]
    public void A_second_outcome_of_an_image_changes_nothing()
    {
        var window = new ImageWindow(3, SettledPages.None, 1);
        Fill(window, 10, []);
        Assert.True(window.Settle(Done(1)));
        Assert.False(window.Settle(Done(1)));
        Assert.False(window.Settle(Failed(1)));
        Assert.Equal((1, 0), (window.Done, window.Failed));
    }

    [Fact]
    public void After_a_crash_only_images_without_a_stored_outcome_are_started_again()
    {
        var window = new ImageWindow(230, new(1, 99, 1, 693), 1);
        var started = new List<int>();
        Fill(window, 300, started, Done(100), Failed(105));
        Assert.Equal(Enumerable.Range(100, 130).Except([100, 105]), started);
        Assert.Equal((100, 2), (window.Done, window.Failed));
    }

    [Fact]
    public void A_retry_starts_only_images_that_failed_before()
    {
        var window = new ImageWindow(250, SettledPages.None, 2);
        var started = new List<int>();
        Fill(window, 300, started, [.. Enumerable.Range(0, 250).Select(i => i % 90 == 3 ? Failed(i) : Done(i))]);
        Assert.Equal([3, 93, 183], started);
        Assert.False(window.Settle(Done(3)));
        foreach (var image in started) Assert.True(window.Settle(Done(image) with { Try = 2 }));
        Assert.True(window.IsSettled);
        Assert.Equal((250, 0), (window.Done, window.Failed));
    }

    private static void Fill(ImageWindow window, int size, List<int> started, params ImageOutcome[] stored)
    {
        while (true)
        {
            if (window.PageToOpen(size) is { } page)
            {
                window.Open(stored.Where(o => o.Index / IOutcomePageGrain.Size == page));
            }
            else if (window.Next(size) is { } image)
            {
                window.Start(image);
                started.Add(image);
            }
            else
            {
                return;
            }
        }
    }

    private static ImageOutcome Done(int index) => new(index, "", ImageState.Done, new()
    {
        Map = "",
        Shape = [],
        Target = "",
        Score = 0,
        Points = 7,
        Parameters = "{}",
        Seconds = 0,
        Workers = [],
    });

    private static ImageOutcome Failed(int index) => new(index, "", ImageState.Failed, Error: new("SAL2101", "", ""));
}
