using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Grains.Tests.Workers;

/// <summary>Names of images and jobs may be those of patients and studies: no process logs them, unless it is told to log what helps to look for faults.</summary>
public sealed class LogPrivacyTests
{
    private const string Marker = "Doe-Jane";

    [Fact]
    public async Task Logs_of_a_run_with_a_broken_image_and_a_killed_worker_hold_no_name_that_a_user_gave()
    {
        using var log = new AllLines();
        await using var cluster = await ProcessCluster.StartAsync(workers: 2, everything: log);
        await cluster.AddModelAsync("mnist-cnn");
        var writer = new ManifestWriter(cluster.Blobs);
        for (var i = 0; i < 8; i++)
        {
            var blob = await cluster.Blobs.WriteAsync(NpyFile.Write(Samples.RandomImage(i, 1, 28, 28)), Test.Token);
            await writer.AddAsync(new($"scan-{i}-{Marker}", blob, ImageFormat.Tensor), Test.Token);
        }
        // A picture that is none: the text of its error names it.
        await writer.AddAsync(new($"broken-{Marker}", await cluster.Blobs.WriteAsync(new byte[] { 1, 2, 3 }, Test.Token), ImageFormat.Picture), Test.Token);
        var job = cluster.Job($"study-{Marker}");
        var request = new ExplanationRequest { Method = "smoothgrad", Target = "3", Samples = 150 };
        await job.SubmitAsync(Samples.Job("mnist-cnn", await writer.CompleteAsync(Test.Token), request), Test.Token);
        var status = await job.GetAsync();
        while (status.Done < 2) status = await job.WaitForChangeAsync(status.Version, Test.Token);
        await cluster.Workers[0].KillAsync();
        status = await job.EndAsync();
        Assert.Equal((8, 1), (status.Done, status.Failed));
        Assert.Contains(Marker, (await job.ReadImagesAsync(8, 1))[0].Error!.What, StringComparison.Ordinal);

        var lines = log.Lines.Concat(cluster.Workers.SelectMany(w => w.Output.Split('\n'))).ToArray();
        // It was logged all the same: by a name that tells nothing to who does not know the job's.
        Assert.Contains(lines, l => l.Contains(LogName.Of(new JobKey($"study-{Marker}")), StringComparison.Ordinal) && l.Contains("SAL2120", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.Contains(Marker, StringComparison.OrdinalIgnoreCase));
    }

    private sealed class AllLines : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

        public void Dispose() { }

        private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (IsEnabled(logLevel)) lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
