using System.Runtime.CompilerServices;
using SaliencyCluster.Client.Calls;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Client.Maps;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Client.Jobs;

/// <summary>Jobs of many images.</summary>
public sealed class JobClient
{
    private readonly Protocol.V1.Explanations.ExplanationsClient _stub;
    private readonly GatewayCalls _calls;
    private readonly ResumingStream _resuming;

    internal JobClient(Protocol.V1.Explanations.ExplanationsClient stub, GatewayCalls calls, ResumingStream resuming) =>
        (_stub, _calls, _resuming) = (stub, calls, resuming);

    /// <summary>Submits a job; it is stored when this returns, and its work has begun.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="options">What is asked of every image.</param>
    /// <param name="images">The images; read and sent one after another.</param>
    /// <param name="jobId">Your own id, which makes a repeated submit harmless; null lets the gateway make one up.</param>
    /// <param name="cancellation">Stops the submission.</param>
    /// <exception cref="GatewayException">SAL2xxx the request is wrong; SAL3xxx the id is taken or the queue is full.</exception>
    public Task<Job> SubmitAsync(
        string model, ExplanationOptions options, IAsyncEnumerable<ImageInput> images, string? jobId = null, CancellationToken cancellation = default)
    {
        var header = new JobHeader { Model = model, Options = options };
        if (jobId is not null) header.JobId = jobId;
        return SubmitAsync(header, images, cancellation);
    }

    /// <summary>Submits a comparison: several methods, and perhaps several models, for the same images.</summary>
    /// <param name="header">The first model and method with the further ones in <c>compared</c> and <c>compared_models</c>.</param>
    /// <param name="images">The images; read and sent one after another.</param>
    /// <param name="cancellation">Stops the submission.</param>
    /// <returns>The job of the first model; <c>companions</c> names those of the others.</returns>
    /// <exception cref="GatewayException">SAL2xxx a request is wrong; SAL3xxx the id is taken or the queue is full.</exception>
    public Task<Job> SubmitAsync(JobHeader header, IAsyncEnumerable<ImageInput> images, CancellationToken cancellation = default)
    {
        return _calls.SendAsync(_stub.SubmitJob(cancellationToken: cancellation), MessagesAsync(header, images, cancellation), cancellation);
    }

    /// <summary>Gets the present state of a job.</summary>
    /// <exception cref="GatewayException">No job has this id.</exception>
    public Task<Job> GetAsync(string jobId, CancellationToken cancellation = default) =>
        _calls.AskAsync(_stub.GetJobAsync(new GetJobRequest { JobId = jobId }, cancellationToken: cancellation), cancellation);

    /// <summary>Lists jobs, newest first; pages are fetched as they are needed.</summary>
    public IAsyncEnumerable<Job> ListAsync(CancellationToken cancellation = default) => ListAsync("", cancellation);

    /// <summary>Lists the jobs of a tenant, newest first; pages are fetched as they are needed.</summary>
    /// <param name="tenant">The tenant; empty for the caller's own, another one for the role admin.</param>
    /// <param name="cancellation">Stops the calls.</param>
    public async IAsyncEnumerable<Job> ListAsync(string tenant, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var request = new ListJobsRequest { Tenant = tenant };
        do
        {
            var page = await _calls.AskAsync(_stub.ListJobsAsync(request, cancellationToken: cancellation), cancellation).ConfigureAwait(false);
            foreach (var job in page.Jobs) yield return job;
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Lists one page of jobs, newest first.</summary>
    /// <param name="filter">Which jobs, how many and from where on.</param>
    /// <param name="cancellation">Stops the call.</param>
    /// <returns>With a filter of states, model or text a page may be short, even empty, and have a next one.</returns>
    public Task<ListJobsResponse> ListPageAsync(ListJobsRequest filter, CancellationToken cancellation = default) =>
        _calls.AskAsync(_stub.ListJobsAsync(filter, cancellationToken: cancellation), cancellation);

    /// <summary>Follows a job until it has ended; survives lost connections and restarts of the gateway.</summary>
    /// <remarks>States may be passed over; the last one is always sent.</remarks>
    /// <exception cref="GatewayException">No job has this id, or the gateway was away for longer than <see cref="SaliencyClientOptions.ReconnectFor"/>.</exception>
    public async IAsyncEnumerable<Job> WatchAsync(string jobId, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        long version = 0;
        var jobs = _resuming.ReadAsync(
            () => _stub.WatchJob(new WatchJobRequest { JobId = jobId, AfterVersion = version }, cancellationToken: cancellation),
            HasEnded, endsByItself: false, cancellation);
        await foreach (var job in jobs.ConfigureAwait(false))
        {
            version = job.Version;
            yield return job;
        }
    }

    /// <summary>Reads results in the order of the images, those of all methods of a comparison for each; goes on where it was after a lost connection.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="follow">Whether to wait for images that are not finished, until the job has ended.</param>
    /// <param name="maps">Whether maps are wanted.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async IAsyncEnumerable<ExplainedImage> ReadResultsAsync(
        string jobId, bool follow = true, bool maps = true, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        // The next result: an image is asked for again as a whole, and what was read of it is passed over.
        var (next, method) = (0, 0);
        var (assembler, errorAssembler) = (new MapAssembler(), new MapAssembler());
        SaliencyMap? map = null, errors = null;
        var events = _resuming.ReadAsync(
            () =>
            {
                (assembler, errorAssembler, map, errors) = (new MapAssembler(), new MapAssembler(), null, null);
                return _stub.ReadResults(
                    new ReadResultsRequest { JobId = jobId, FirstImage = next, Follow = follow, WithoutMaps = !maps }, cancellationToken: cancellation);
            },
            _ => false, endsByItself: true, cancellation);
        await foreach (var part in events.ConfigureAwait(false))
        {
            if (part.Map is { } chunk) map = assembler.Add(chunk) ?? map;
            if (part.StandardErrorMap is { } piece) errors = errorAssembler.Add(piece) ?? errors;
            if (part.Result is not { } result) continue;
            var answer = new ExplainedImage(result, map) { StandardErrorMap = errors };
            (map, errors) = (null, null);
            if (result.Index == next && result.MethodIndex < method) continue;
            (next, method) = result.MethodIndex + 1 >= result.Methods ? (result.Index + 1, 0) : (result.Index, result.MethodIndex + 1);
            yield return answer;
        }
    }

    /// <summary>Reads what proves the results of a job that has ended.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="images">Where the lines of its images are written.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="GatewayException">No job has this id, or it is under way.</exception>
    public async Task<SignedManifest> ReadManifestAsync(string jobId, Stream images, CancellationToken cancellation = default)
    {
        // The same job gives the same bytes: what was written before the connection was lost is passed over.
        long written = 0, known = 0;
        var parts = _resuming.ReadAsync(
            () =>
            {
                known = written;
                return _stub.ReadManifest(new ReadManifestRequest { JobId = jobId }, cancellationToken: cancellation);
            },
            part => part.Manifest is not null, endsByItself: false, cancellation);
        var manifest = new SignedManifest();
        await foreach (var part in parts.ConfigureAwait(false))
        {
            manifest = part.Manifest ?? manifest;
            var skipped = (int)Math.Min(known, part.Images.Length);
            known -= skipped;
            await images.WriteAsync(part.Images.Memory[skipped..], cancellation).ConfigureAwait(false);
            written += part.Images.Length - skipped;
        }
        return manifest;
    }

    /// <summary>Explains images of an ended job again, as a job of its own, with everything as it was.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="images">Indexes of its images, at most 200.</param>
    /// <param name="cancellation">Stops the call.</param>
    /// <exception cref="GatewayException">No job has this id, it is under way, or its model has been removed.</exception>
    public Task<Job> ReplayAsync(string jobId, IEnumerable<int> images, CancellationToken cancellation = default) =>
        _calls.AskAsync(
            _stub.ReplayJobAsync(new ReplayJobRequest { JobId = jobId, Images = { images } }, cancellationToken: cancellation), cancellation);

    /// <summary>Stops a job; what is finished stays readable.</summary>
    /// <exception cref="GatewayException">No job has this id.</exception>
    public Task<Job> CancelAsync(string jobId, CancellationToken cancellation = default) =>
        CancelAsync(jobId, "", cancellation);

    /// <summary>Stops a job of a tenant; what is finished stays readable.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="tenant">The tenant; empty for the caller's own, another one for the role admin.</param>
    /// <param name="cancellation">Stops the call.</param>
    /// <exception cref="GatewayException">No job has this id.</exception>
    public Task<Job> CancelAsync(string jobId, string tenant, CancellationToken cancellation = default) =>
        _calls.AskAsync(_stub.CancelJobAsync(new CancelJobRequest { JobId = jobId, Tenant = tenant }, cancellationToken: cancellation),
            cancellation);

    /// <summary>Starts no further image until <see cref="ResumeAsync"/>; images under way are finished.</summary>
    /// <exception cref="GatewayException">No job has this id, or it has ended.</exception>
    public Task<Job> PauseAsync(string jobId, CancellationToken cancellation = default) =>
        _calls.AskAsync(_stub.PauseJobAsync(new PauseJobRequest { JobId = jobId }, cancellationToken: cancellation), cancellation);

    /// <summary>Goes on with a paused job.</summary>
    /// <exception cref="GatewayException">No job has this id, or it has ended.</exception>
    public Task<Job> ResumeAsync(string jobId, CancellationToken cancellation = default) =>
        _calls.AskAsync(_stub.ResumeJobAsync(new ResumeJobRequest { JobId = jobId }, cancellationToken: cancellation), cancellation);

    /// <summary>Changes how urgent a job is, or its share against the tenant's other jobs.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="weight">From 0.01 to 100; null leaves it as it is.</param>
    /// <param name="priority">Unspecified leaves it as it is; interactive needs the role operate.</param>
    /// <param name="cancellation">Stops the call.</param>
    /// <exception cref="GatewayException">No job has this id, it has ended, or the weight is out of range.</exception>
    public Task<Job> ReprioritizeAsync(
        string jobId, double? weight = null, JobPriority priority = JobPriority.Unspecified, CancellationToken cancellation = default)
    {
        var request = new ReprioritizeJobRequest { JobId = jobId, Priority = priority };
        if (weight is { } given) request.Weight = given;
        return _calls.AskAsync(_stub.ReprioritizeJobAsync(request, cancellationToken: cancellation), cancellation);
    }

    /// <summary>Explains the failed images of an ended job again.</summary>
    /// <exception cref="GatewayException">No job has this id, or it is under way, or it was cancelled.</exception>
    public Task<Job> RetryAsync(string jobId, CancellationToken cancellation = default) =>
        _calls.AskAsync(_stub.RetryJobAsync(new RetryJobRequest { JobId = jobId }, cancellationToken: cancellation), cancellation);

    /// <summary>Forgets a job that has ended, with its results.</summary>
    /// <exception cref="GatewayException">No job has this id, or it is under way.</exception>
    public Task DeleteAsync(string jobId, CancellationToken cancellation = default) =>
        DeleteAsync(jobId, "", cancellation);

    /// <summary>Forgets a job of a tenant that has ended, with its results.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="tenant">The tenant; empty for the caller's own, another one for the role admin.</param>
    /// <param name="cancellation">Stops the call.</param>
    /// <exception cref="GatewayException">No job has this id, or it is under way.</exception>
    public Task DeleteAsync(string jobId, string tenant, CancellationToken cancellation = default) =>
        _calls.AskAsync(_stub.DeleteJobAsync(new DeleteJobRequest { JobId = jobId, Tenant = tenant }, cancellationToken: cancellation),
            cancellation);

    /// <summary>Gets whether nothing more will happen to the job.</summary>
    public static bool HasEnded(Job job) => job.State is JobState.Done or JobState.Failed or JobState.Cancelled;

    private static async IAsyncEnumerable<SubmitJobRequest> MessagesAsync(
        JobHeader header, IAsyncEnumerable<ImageInput> images, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return new SubmitJobRequest { Header = header };
        await foreach (var image in images.WithCancellation(cancellation).ConfigureAwait(false))
        {
            await foreach (var piece in image.PiecesAsync(cancellation).ConfigureAwait(false)) yield return new SubmitJobRequest { Image = piece };
        }
    }
}
