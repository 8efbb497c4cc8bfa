using System.Runtime.CompilerServices;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Client.Maps;
using SaliencyCluster.Dashboard.Images;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Tests.Images;

public sealed class MapPanelTests
{
    private readonly List<bool> _running = [];

    [Fact]
    public async Task A_panel_runs_until_its_answer_is_there()
    {
        using var panel = new MapPanel(new PanelSpec(null, "gradient"), "gradient");
        var map = new SaliencyMap([1, 1, 1], [2]);
        await FollowAsync(panel, Updates(new ExplainUpdate.Progress(1, 2, ""), new ExplainUpdate.Finished(new(new ImageResult { Target = "3" }, map))));
        Assert.Equal([true, false], _running);
        Assert.Equal(("3", map, null), (panel.Result!.Target, panel.Map, panel.Error));
    }

    [Fact]
    public async Task What_is_known_of_a_map_so_far_stays_while_points_are_added()
    {
        using var panel = new MapPanel(new PanelSpec(null, "smoothgrad"), "smoothgrad");
        await FollowAsync(
            panel, Updates(new ExplainUpdate.Progress(1, 9, "") { StandardError = 0.5 }, new ExplainUpdate.Progress(2, 9, "")));
        Assert.Equal((2, 0.5), (panel.Progress!.PointsDone, panel.Progress.StandardError));
        Assert.Equal([0.5], panel.Errors);
    }

    [Fact]
    public async Task A_stream_that_ends_without_a_result_is_told()
    {
        using var panel = new MapPanel(new PanelSpec(0, ""), "gradient");
        await FollowAsync(panel, Updates(new ExplainUpdate.Progress(1, 2, "")));
        Assert.Equal([true, false], _running);
        Assert.Equal("The gateway ended the explanation without a result.", panel.Error!.Message);
    }

    [Fact]
    public async Task A_failure_that_is_none_of_the_gateway_reaches_the_page()
    {
        using var panel = new MapPanel(new PanelSpec(null, "gradient"), "gradient");
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => FollowAsync(panel, Failing(new InvalidDataException("torn"))));
        Assert.Equal("torn", error.Message);
    }

    [Fact]
    public async Task A_panel_that_is_closed_ends_its_stream_and_tells_nothing()
    {
        var panel = new MapPanel(new PanelSpec(null, "gradient"), "gradient");
        var following = panel.RunAsync(closing => panel.FollowAsync(NeverAsync(closing), TakeNoteAsync), TakeNoteAsync);
        panel.Dispose();
        await following;
        Assert.Equal((null, 0), (panel.Error, _running.Count));
    }

    [Fact]
    public async Task What_is_no_finished_map_says_so_on_the_picture()
    {
        using var panel = new MapPanel(new PanelSpec(null, "rise"), "rise");
        Assert.Equal("No map yet: starting", panel.Unfinished);
        var seen = new List<string?>();
        ExplainUpdate[] updates =
        [
            new ExplainUpdate.Progress(0, 0, "no worker"), new ExplainUpdate.Progress(0, 0, ""), new ExplainUpdate.Progress(36, 52, ""),
            new ExplainUpdate.Partial(new([1, 1, 1], [2])), new ExplainUpdate.Finished(new(new ImageResult(), new([1, 1, 1], [3]))),
        ];
        await panel.FollowAsync(Updates(updates), p =>
        {
            seen.Add(p.Unfinished);
            return Task.CompletedTask;
        });
        const string Points = "36 of 52 points";
        Assert.Equal(["No map yet: no worker", "No map yet: waiting for its turn", $"No map yet: {Points}", $"Unfinished: {Points}", null], seen);
        using var failed = new MapPanel(new PanelSpec(null, "rise"), "rise");
        failed.Finish(new(new ImageResult { State = ImageState.Failed, Failure = new() { Code = "SAL2120" } }, null));
        Assert.Equal("No map: it failed", failed.Unfinished);
    }

    private Task FollowAsync(MapPanel panel, IAsyncEnumerable<ExplainUpdate> updates) => panel.RunAsync(_ => panel.FollowAsync(updates, TakeNoteAsync), TakeNoteAsync);

    private Task TakeNoteAsync(MapPanel panel)
    {
        _running.Add(panel.IsRunning);
        return Task.CompletedTask;
    }

    private static IAsyncEnumerable<ExplainUpdate> Updates(params ExplainUpdate[] updates) => updates.ToAsyncEnumerable();

    private static IAsyncEnumerable<ExplainUpdate> Failing(Exception error) => new[] { error }.ToAsyncEnumerable().Select(ExplainUpdate (Exception e) => throw e);

    private static async IAsyncEnumerable<ExplainUpdate> NeverAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await new TaskCompletionSource().Task.WaitAsync(cancellation);
        yield break;
    }
}
