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
        var small = await cluster.Client.Images.RenderAsync(job, 0, Rendering.HeatMap, 16, cancellation: Cancellation);
        Assert.Equal((16, 16, 28, 28), (small.Width, small.Height, small.ImageWidth, small.ImageHeight));
        var picture = PictureDecoder.Decode(small.Png.Span, "heat map");
        Assert.Equal((16, 16), (picture.Height, picture.Width));
        var drawn = PictureDecoder.Decode((await cluster.Client.Images.RenderAsync(job, 1, cancellation: Cancellation)).Png.Span, "image");
        Assert.Equal((28, 0, 255), (drawn.Width, drawn.Rgb.Min(), drawn.Rgb.Max()));
        var none = await Assert.ThrowsAsync<GatewayException>(() => cluster.Client.Images.RenderAsync(job, 2, cancellation: Cancellation));
        Assert.Equal("SAL2630", none.Code);
    }

    [Fact]
    public async Task Each_map_of_a_comparison_is_read_and_drawn()
    {
        var header = new JobHeader { JobId = "images-compared", Model = "mnist-mlp", Options = new() { Method = "gradient" } };
        header.Compared.Add(new ExplanationOptions { Method = "rise", Samples = 16 });
        await cluster.Client.Jobs.SubmitAsync(header, new[] { Digits.Picture(3), Digits.Tensor(4) }.ToAsyncEnumerable(), Cancellation);
        await cluster.Client.Jobs.WatchAsync(header.JobId, Cancellation).LastAsync(Cancellation);
        var answers = await cluster.Client.Images.ReadAllResultsAsync(header.JobId, 0, Cancellation);
        Assert.Equal([("gradient", 0), ("rise", 1)], answers.Select(a => (a.Result.Method, a.Result.MethodIndex)));
        Assert.All(answers, a => Assert.Equal((0, 784), (a.Result.Index, a.Map!.Values.Length)));
        Assert.NotEqual(answers[0].Map!.Values, answers[1].Map!.Values);
        var listed = (await cluster.Client.Images.ListAsync(header.JobId, cancellation: Cancellation)).Images[0];
        Assert.Equal((2, answers[0].Result.PointsOfImage), (listed.Methods, listed.PointsOfImage));
        Assert.InRange(listed.PointsOfImage, 17, 20);
        Task<RenderImageResponse> DrawAsync(int method) =>
            cluster.Client.Images.RenderAsync(header.JobId, 0, Rendering.HeatMap, methodIndex: method, cancellation: Cancellation);
        Assert.NotEqual((await DrawAsync(0)).Png, (await DrawAsync(1)).Png);
        var wrong = await Assert.ThrowsAsync<GatewayException>(() => DrawAsync(2));
        Assert.Equal(("SAL2604", "method_index"), (wrong.Code, wrong.Fields.Single().Field));
    }

    [Fact]
    public async Task A_picture_tells_which_part_of_it_its_map_covers()
    {
        await using var file = File.OpenRead(TestKit.Repo.Model("mnist-mlp"));
        await cluster.Client.Models.AddAsync("mnist-cropped", file, new() { Resize = new() { Mode = "crop" } }, cancellation: Cancellation);
        var wide = PictureEncoder.Png(new PixelImage(28, 56, new byte[3 * 28 * 56]));
        var images = new[] { ImageInput.FromEncoded("wide", wide), Digits.Tensor(4) }.ToAsyncEnumerable();
        var job = await cluster.Client.Jobs.SubmitAsync("mnist-cropped", new() { Method = "gradient" }, images, cancellation: Cancellation);
        await cluster.Client.Jobs.WatchAsync(job.JobId, Cancellation).LastAsync(Cancellation);
        var cropped = (await cluster.Client.Images.RenderAsync(job.JobId, 0, maxSide: 16, cancellation: Cancellation)).MapPlace;
        Assert.Equal((14.0, 0.0, 42.0, 28.0), (cropped.Left, cropped.Top, cropped.Right, cropped.Bottom));
        var whole = (await cluster.Client.Images.RenderAsync(job.JobId, 1, maxSide: 16, cancellation: Cancellation)).MapPlace;
        Assert.Equal((0.0, 0.0, 28.0, 28.0), (whole.Left, whole.Top, whole.Right, whole.Bottom));
    }

    [Fact]
    public async Task Who_looks_twice_gets_the_same_answer_and_no_list_shows_it()
    {
        var question = new ExplanationOptions { Method = "smoothgrad", Samples = 30, Seed = 77 };
        var (first, second) = (await ViewAsync(question, Digits.Picture(3)), await ViewAsync(question, Digits.Picture(3)));
        Assert.Equal(first.Job, second.Job);
        Assert.Equal(first.Answer.Map!.Values, second.Answer.Map!.Values);
        Assert.Equal(first.Answer.Result.Seconds, second.Answer.Result.Seconds);
        var other = await ViewAsync(question, Digits.Picture(4));
        Assert.NotEqual(first.Job, other.Job);
        Assert.Equal(JobState.Done, (await cluster.Client.Jobs.GetAsync(first.Job, Cancellation)).State);
        var listed = await cluster.Client.Jobs.ListAsync(Cancellation).Select(j => j.JobId).ToListAsync(Cancellation);
        Assert.Empty(listed.Intersect([first.Job, other.Job]));
    }

    [Fact]
    public async Task Whoever_looks_may_ask_what_the_model_says_and_nobody_else()
    {
        var question = new ExplanationOptions { Method = "prediction", Target = "0" };
        var (job, answer) = await ViewAsync(question, Digits.Picture(3));
        Assert.Equal([10], answer.Map!.Shape);
        var explained = (await ViewAsync(new() { Method = "gradient" }, Digits.Picture(3))).Answer.Result;
        var best = Enumerable.Range(0, 10).MaxBy(c => answer.Map.Values[c]);
        Assert.Equal(explained.Target, best.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var drawn = await Assert.ThrowsAsync<GatewayException>(() =>
            cluster.Client.Images.RenderAsync(job, 0, Rendering.HeatMap, cancellation: Cancellation));
        Assert.Equal("SAL2630", drawn.Code);
        var refused = await Assert.ThrowsAsync<GatewayException>(async () =>
            await cluster.Client.ExplainAsync("mnist-mlp", question, Digits.Picture(3), cancellation: Cancellation).LastAsync(Cancellation));
        Assert.Equal("SAL2001", refused.Code);
    }

    [Fact]
    public async Task Whoever_leaves_last_ends_what_was_looked_at_and_the_next_who_looks_gets_it()
    {
        var question = new ExplanationOptions { Method = "smoothgrad", Samples = 100_000, Seed = 78 };
        IAsyncEnumerator<ExplainUpdate> View(CancellationToken until) =>
            cluster.Client.ViewAsync("mnist-mlp", question, Digits.Picture(3), cancellation: until).GetAsyncEnumerator(Cancellation);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var one = View(leaving.Token);
        await using var two = View(Cancellation);
        var job = await StartedAsync(one);
        Assert.Equal(job, await StartedAsync(two));
        await leaving.CancelAsync();
        Assert.True(await two.MoveNextAsync());
        Assert.NotEqual(JobState.Cancelled, (await cluster.Client.Jobs.GetAsync(job, Cancellation)).State);
        await two.DisposeAsync();
        Assert.Equal(JobState.Cancelled, (await cluster.Client.Jobs.WatchAsync(job, Cancellation).LastAsync(Cancellation)).State);
        await using var three = View(Cancellation);
        Assert.Equal(job, await StartedAsync(three));
        while (three.Current is not ExplainUpdate.Partial) Assert.True(await three.MoveNextAsync());
    }

    private static async Task<string> StartedAsync(IAsyncEnumerator<ExplainUpdate> updates)
    {
        Assert.True(await updates.MoveNextAsync());
        var job = Assert.IsType<ExplainUpdate.Started>(updates.Current).JobId;
        // The first word after it: accepted.
        Assert.True(await updates.MoveNextAsync());
        return job;
    }

    private async Task<(string Job, ExplainedImage Answer)> ViewAsync(ExplanationOptions question, ImageInput image)
    {
        var updates = await cluster.Client.ViewAsync("mnist-mlp", question, image, cancellation: Cancellation).ToListAsync(Cancellation);
        return (updates.OfType<ExplainUpdate.Started>().Single().JobId, updates.OfType<ExplainUpdate.Finished>().Single().Answer);
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
