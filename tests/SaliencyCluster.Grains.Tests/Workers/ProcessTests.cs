using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Tests.Workers;

/// <summary>Workers as real processes that are really killed.</summary>
public sealed class ProcessTests
{
    private const int Images = 12;
    private static readonly ExplanationRequest Request = new() { Method = "smoothgrad", Target = "3", Samples = 150 };

    [Fact]
    public async Task Files_are_the_same_bytes_from_one_process_three_processes_and_three_of_which_one_is_terminated_and_one_killed()
    {
        var expected = await MapsAsync(1, _ => Task.CompletedTask);
        Assert.Equal(expected, await MapsAsync(3, _ => Task.CompletedTask));
        Assert.Equal(expected, await MapsAsync(3, async cluster =>
        {
            Assert.Equal(0, await cluster.Workers[0].StopAsync());
            await cluster.Workers[1].KillAsync();
        }));
    }

    [Fact]
    public async Task Files_from_a_cluster_on_PostgreSQL_are_the_same_bytes_although_a_worker_is_killed()
    {
        var expected = await MapsAsync(1, _ => Task.CompletedTask);
        await using var server = await PostgresServer.StartAsync();
        await using var cluster = await ProcessCluster.StartAsync(2, server.ConnectionString);
        Assert.Equal(expected, await RunAsync(cluster, c => c.Workers[0].KillAsync()));
        await cluster.Job("process").DeleteAsync();
        await Eventually.TrueAsync(
            async () => await server.ReadAsync("SELECT count(*) FROM OrleansStorage WHERE GrainTypeString IN ('job', 'outcomes', 'checkpoint')") is 0L,
            "nothing is left of the job");
    }

    [Fact]
    public async Task Files_from_a_cluster_with_an_object_store_are_the_same_bytes_although_the_store_is_away_for_a_while()
    {
        var expected = await MapsAsync(1, _ => Task.CompletedTask);
        await using var s3 = new S3Server();
        await s3.InitializeAsync();
        await using var cluster = await ProcessCluster.StartAsync(2, s3: s3);
        Assert.Equal(expected, await RunAsync(cluster, async c =>
        {
            await s3.StopAsync();
            await Eventually.TrueAsync(async () => (await Assert.ThrowsAsync<SaliencyException>(() => c.Blobs.ReadAsync(new string('0', 64), Test.Token))).Code == "SAL9105",
                "the store is away");
            await s3.StartAsync();
        }));
    }

    [Fact]
    public async Task An_object_store_that_cannot_be_used_is_named_and_ends_the_worker()
    {
        using var folder = new TemporaryFolder();
        await using var worker = WorkerProcess.Start(folder.Path, "--Saliency:Cluster:Blobs=s3://bucket", "--Saliency:Cluster:S3:Endpoint=http://127.0.0.1:9", "--Saliency:Cluster:StartPatience=00:00:00");
        Assert.Equal(3, await worker.ExitAsync());
        Assert.Matches("SAL910[57]", worker.Output); // not reached, or no keys for it in the environment
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_is_named_and_ends_the_worker()
    {
        using var folder = new TemporaryFolder();
        await using var worker = WorkerProcess.Start(
            folder.Path, "--Saliency:Cluster:Storage=cluster", "--Saliency:Cluster:ConnectionString=Host=127.0.0.1;Port=1;Username=nobody;Database=none", "--Saliency:Cluster:StartPatience=00:00:01",
            "--Saliency:Cluster:Tls:Required=false");
        Assert.Equal(3, await worker.ExitAsync());
        Assert.Contains("The database is away; the next attempt is in 0.5 s", worker.Output, StringComparison.Ordinal);
        Assert.Contains("error SAL9203", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_is_told_wrong_settings_says_all_of_them_and_ends()
    {
        using var folder = new TemporaryFolder();
        await using var worker = WorkerProcess.Start(folder.Path, "--Saliency:Cluster:Storage=floppy", "--Saliency:Cluster:SiloPort=99999");
        Assert.Equal(3, await worker.ExitAsync());
        Assert.Contains("SAL9201", worker.Output, StringComparison.Ordinal);
        Assert.Contains("Saliency:Cluster:Storage is floppy; it must be embedded or cluster.", worker.Output, StringComparison.Ordinal);
        Assert.Contains("Saliency:Cluster:SiloPort is 99999; it must be from 0 to 65535.", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_metrics_port_tells_health_and_what_was_computed()
    {
        await using var cluster = await ProcessCluster.StartAsync(workers: 1);
        await RunAsync(cluster, _ => Task.CompletedTask);
        using var http = new HttpClient { BaseAddress = cluster.Metrics };
        Assert.Equal("ready\n", await http.GetStringAsync("/health/ready", Test.Token));
        Assert.Equal("live\n", await http.GetStringAsync("/health/live", Test.Token));
        Assert.Contains("saliency_partial_bytes_total", await http.GetStringAsync("/metrics", Test.Token), StringComparison.Ordinal);
    }

    private static async Task<byte[][]> MapsAsync(int workers, Func<ProcessCluster, Task> disturb)
    {
        await using var cluster = await ProcessCluster.StartAsync(workers);
        return await RunAsync(cluster, disturb);
    }

    private static async Task<byte[][]> RunAsync(ProcessCluster cluster, Func<ProcessCluster, Task> disturb)
    {
        await cluster.AddModelAsync("mnist-cnn");
        var job = cluster.Job("process");
        await job.SubmitAsync(Samples.Job("mnist-cnn", await cluster.Blobs.AddImagesAsync(Images, 1, 28, 28), Request), Test.Token);
        var status = await job.GetAsync();
        while (status.Done < 2) status = await job.WaitForChangeAsync(status.Version, Test.Token);
        await disturb(cluster);
        status = await job.EndAsync();
        Assert.Equal((JobState.Completed, Images), (status.State, status.Done));
        var outcomes = await job.ReadImagesAsync(0, Images);
        return await Task.WhenAll(outcomes.Select(o => cluster.Blobs.ReadAsync(o.Result!.Map, Test.Token)));
    }
}
