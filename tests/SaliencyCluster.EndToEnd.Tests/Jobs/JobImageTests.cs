using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Client.Images;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Imaging;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Jobs;

/// <summary>What a page that shows jobs needs: any page of their images, the images themselves, pictures of them, news of one.</summary>
public sealed class JobImageTests(SharedCluster cluster)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Images_are_listed_from_anywhere_and_read_back_as_they_were_sent()
    {
        var job = await DoneAsync("images-listed", new() { Method = "gradient" }, [Digits.Picture(3), Digits.Tensor(4), ImageInput.FromEncoded("broken", new byte[] { 1 })]);
        var page = await cluster.Client.Images.ListAsync(job, first: 1, count: 2, Cancellation);
        Assert.Equal((3, "digit-4", ImageState.Done, "broken", ImageState.Failed),
            (page.Total, page.Images[0].Name, page.Images[0].State, page.Images[1].Name, page.Images[1].State));
        var picture = await cluster.Client.Images.ReadAsync(job, 0, Cancellation);
        Assert.Equal(await File.ReadAllBytesAsync(Digits.PicturePath(3), Cancellation), picture.Data);
        var tensor = await cluster.Client.Images.ReadAsync(job, 1, Cancellation);
        Assert.Equal((ImageFormat.Tensor, 4 * 784), (tensor.Format, tensor.Data.Length));
        Assert.Equal([1L, 28, 28], tensor.Shape);
    }

    [Fact]
    public async Task Images_and_maps_are_drawn_at_the_wanted_size()
    {
        var job = await DoneAsync("images-drawn", new() { Method = "gradient" }, [Digits.Picture(3), Digits.Tensor(4)]);
        var small = await cluster.Client.Images.RenderAsync(job, 0, Rendering.HeatMap, 16, Cancellation);
        Assert.Equal((16, 16, 28, 28), (small.Width, small.Height, small.ImageWidth, small.ImageHeight));
        var picture = PictureDecoder.Decode(small.Png.Span, "heat map");
        Assert.Equal((16, 16), (picture.Height, picture.Width));
        var drawn = PictureDecoder.Decode((await cluster.Client.Images.RenderAsync(job, 1, cancellation: Cancellation)).Png.Span, "image");
        Assert.Equal((28, 0, 255), (drawn.Width, drawn.Rgb.Min(), drawn.Rgb.Max()));
        var none = await Assert.ThrowsAsync<GatewayException>(() => cluster.Client.Images.RenderAsync(job, 2, cancellation: Cancellation));
        Assert.Equal("SAL2630", none.Code);
    }

    [Fact]
    public async Task One_image_of_a_job_can_be_followed_with_the_error_of_its_map_so_far()
    {
        var job = await cluster.Client.Jobs.SubmitAsync("mnist-cnn", new() { Method = "smoothgrad", Samples = 20000 }, Digits.Many(1), cancellation: Cancellation);
        var (partial, error) = (0, 0.0);
        await foreach (var update in cluster.Client.Images.WatchAsync(job.JobId, 0, partialMaps: true, Cancellation))
        {
            if (update is ExplainUpdate.Partial) partial++;
            if (update is ExplainUpdate.Progress { StandardError: { } sofar }) error = sofar;
            if (partial > 0 && error > 0) break;
        }
        Assert.InRange(error, 1e-6, 1);
        var state = await cluster.Client.Jobs.CancelAsync(job.JobId, Cancellation);
        Assert.Equal(JobState.Cancelled, state.State);
    }

    [Fact]
    public async Task Jobs_are_found_by_state_model_and_text()
    {
        await DoneAsync("find-me-1", new() { Method = "gradient" }, [Digits.Tensor(1)]);
        await DoneAsync("find-me-2", new() { Method = "integrated-gradients" }, [Digits.Tensor(1)]);
        Assert.Equal(["find-me-2", "find-me-1"], await FindAsync(new() { Text = "FIND-ME" }));
        Assert.Equal(["find-me-2"], await FindAsync(new() { Text = "find-me-2", Model = "mnist-mlp", States = { JobState.Done } }));
        Assert.Empty(await FindAsync(new() { Text = "find-me", States = { JobState.Running } }));
        Assert.Empty(await FindAsync(new() { Text = "find-me", Model = "mnist" }));
        Assert.Contains("find-me-2", await FindAsync(new() { Text = "integrated" }));
    }

    private async Task<List<string>> FindAsync(ListJobsRequest filter)
    {
        var found = new List<string>();
        do
        {
            var page = await cluster.Client.Jobs.ListPageAsync(filter, Cancellation);
            found.AddRange(page.Jobs.Select(j => j.JobId));
            filter.PageToken = page.NextPageToken;
        }
        while (filter.PageToken.Length > 0);
        return found;
    }

    private async Task<string> DoneAsync(string id, ExplanationOptions options, ImageInput[] images)
    {
        await cluster.Client.Jobs.SubmitAsync("mnist-mlp", options, images.ToAsyncEnumerable(), id, Cancellation);
        await cluster.Client.Jobs.WatchAsync(id, Cancellation).LastAsync(Cancellation);
        return id;
    }
}
