using System.Globalization;
using System.Text;
using SaliencyCluster.Evaluation.Plans;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Evaluations;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Grains.Computing;
using SaliencyCluster.Grains.Models;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Evaluations;

/// <summary>Carries one evaluation out, from what is stored of it to its report, on few threads.</summary>
internal sealed class EvaluationRun : IProgress<EvaluationProgress>
{
    /// <summary>Batches under way at a time: while one is measured, devices work on the others.</summary>
    public const int ParallelBatches = 4;

    private readonly EvaluationKey _key;
    private readonly EvaluationRecord _record;
    private readonly IGrainFactory _grains;
    private static readonly SemaphoreSlim Reading = new(1);
    private readonly IBlobStore _blobs;
    private readonly FactStore _facts;
    private readonly IReportWriter _reports;
    private readonly TimeProvider _time;
    private readonly ClusterEvaluationEngine _engine;
    private readonly OpenBatches _open;
    private readonly CancellationTokenSource _stop = new();
    private readonly long _most;
    private EvaluationProgress _progress = new(0, 0, 0, "");

    /// <summary>Starts it.</summary>
    /// <param name="key">The evaluation.</param>
    /// <param name="record">What is stored of it.</param>
    /// <param name="planned">Its plan, where it was just made; null makes it of what is stored.</param>
    /// <param name="grains">Where its batches become jobs.</param>
    /// <param name="blobs">Where images, models, answers and reports are.</param>
    /// <param name="facts">Where class names and layers of its models are.</param>
    /// <param name="reports">Writes the report.</param>
    /// <param name="compute">The threads.</param>
    /// <param name="memory">Where a run without a plan waits for room for its images.</param>
    /// <param name="time">The clock.</param>
    public EvaluationRun(
        EvaluationKey key, EvaluationRecord record, PlannedEvaluation? planned, IGrainFactory grains, IBlobStore blobs, FactStore facts,
        IReportWriter reports, GatewayCompute compute, EvaluationMemory memory, TimeProvider time)
    {
        (_key, _record, _grains, _blobs, _facts, _reports, _time) = (key, record, grains, blobs, facts, reports, time);
        // One that the version before has accepted may be larger; it waits until it is alone.
        _most = Math.Max(memory.Share, EvaluationImages.BytesOf(record.Submission!.Images, record.Model!.Info.Registration) ?? 0);
        var labels = record.Models.Select(m => m.Info).DistinctBy(m => m.Registration.Blob)
            .ToDictionary(m => m.Registration.Blob, m => m.Label);
        var weight = Math.Max(0.01, record.Submission!.Weight / ParallelBatches);
        var answers = new Dictionary<string, string>(record.Answers);
        // What the run before has left goes with the window, or when the evaluation is cancelled.
        _open = new(grains.GetGrain<IEvaluationWorkGrain>(key.ToString()), Id, record.Open ?? [.. answers.Keys], time);
        _engine = new(grains, blobs, new(key, labels, record.Submission.Pool, weight, record.Submission.Admission?.TenantWeight ?? 1), _open, time);
        Report = RunAsync(planned, answers, compute, memory);
    }

    /// <summary>Gets what tells it from runs before and after it.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>Gets the report, once it is there, or why there is none.</summary>
    public Task<ReportFiles> Report { get; }

    /// <summary>Gets how far it is.</summary>
    public EvaluationProgress Progress => Volatile.Read(ref _progress);

    /// <summary>Gets the batches that may have jobs.</summary>
    public string[] Batches => _open.Names;

    /// <summary>Stops it; returns when nothing of it runs any more.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await ((Task)Report).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    void IProgress<EvaluationProgress>.Report(EvaluationProgress value)
    {
        // Reports of several batches may overtake each other.
        EvaluationProgress known;
        do known = Progress;
        while (value.Done > known.Done && Interlocked.CompareExchange(ref _progress, value, known) != known);
    }

    private async Task<ReportFiles> RunAsync(
        PlannedEvaluation? planned, Dictionary<string, string> answers, GatewayCompute compute, EvaluationMemory memory)
    {
        // Not on the grain's scheduler, which may end before the run does: the room would never be given back.
        using var room = planned?.Room ?? await ReserveAsync(memory, _key, _record, _stop.Token).ConfigureAwait(false);
        return await StartAsync(planned, answers, compute).ConfigureAwait(false);
    }

    private Task<ReportFiles> StartAsync(PlannedEvaluation? planned, Dictionary<string, string> answers, GatewayCompute compute) => Task.Factory.StartNew(
        () => ComputeAsync(planned, answers, _stop.Token), _stop.Token, TaskCreationOptions.DenyChildAttach, compute.ForEvaluations).Unwrap();

    private async Task<ReportFiles> ComputeAsync(PlannedEvaluation? planned, Dictionary<string, string> answers, CancellationToken cancellation)
    {
        var plan = planned ?? await PlanAsync(_blobs, _facts, _record, _most, cancellation);
        var store = new StoredAnswers(_blobs, answers, _grains.GetGrain<IEvaluationWorkGrain>(_key.ToString()), Id, _time);
        var result = await new EvaluationRunner(plan.Plan, _engine, ParallelBatches, store).RunAsync(this, cancellation);
        var footer = string.Join(" ", plan.Refused.Select(r => r + ".").Prepend(string.Create(CultureInfo.InvariantCulture, $"Evaluation {_key.Id}, submitted {_record.Created:u}.")));
        var report = _reports.Write(result, footer);
        return new(await WriteAsync(report.Html, cancellation), await WriteAsync(report.Json, cancellation), await WriteAsync(report.Csv, cancellation));
    }

    /// <summary>Makes the plan of what is stored.</summary>
    /// <param name="blobs">Where images and models are.</param>
    /// <param name="facts">Where class names and layers of models are.</param>
    /// <param name="record">What is stored.</param>
    /// <param name="most">The most bytes that the images may take.</param>
    /// <param name="ct">Ends the reading.</param>
    public static async Task<PlannedEvaluation> PlanAsync(
        IBlobStore blobs, FactStore facts, EvaluationRecord record, long most, CancellationToken ct)
    {
        var model = (await facts.CompleteAsync(record.Model!)).Registration;
        var images = await new EvaluationImages(blobs).ReadAsync(record.Submission!.Images, model, most, ct);
        var others = new Dictionary<string, EvaluatedModel>();
        foreach (var (name, other) in record.Others)
            others.Add(name, await ModelAsync(blobs, (await facts.CompleteAsync(other)).Registration, ct));
        var plan = EvaluationPlans.Of(
            record.Submission.Request, await ModelAsync(blobs, model, ct), name => others[name], images, out var refused);
        return new(plan, refused) { Labels = model.Labels };
    }

    /// <summary>Takes room for the images of an evaluation that is submitted.</summary>
    /// <exception cref="SaliencyException">SAL2616: it needs more than there may ever be. SAL3013: others hold it.</exception>
    public static IDisposable TakeRoom(EvaluationMemory memory, EvaluationKey key, EvaluationRecord record)
    {
        var bytes = BytesOf(memory, record);
        if (bytes > memory.Share) throw EvaluationErrors.TooLarge(memory.Share);
        return memory.TryReserve(key.Tenant, bytes) ?? throw EvaluationErrors.NoMemory(bytes, memory.Share);
    }

    private static Task<IDisposable> ReserveAsync(
        EvaluationMemory memory, EvaluationKey key, EvaluationRecord record, CancellationToken cancellation) =>
        memory.ReserveAsync(key.Tenant, BytesOf(memory, record), cancellation);

    // Images of any size are bounded while they are read.
    private static long BytesOf(EvaluationMemory memory, EvaluationRecord record) =>
        EvaluationImages.BytesOf(record.Submission!.Images, record.Model!.Info.Registration) ?? memory.Share;

    private static async Task<EvaluatedModel> ModelAsync(IBlobStore blobs, ModelRegistration model, CancellationToken ct)
    {
        // One at a time in this process, whoever asks: a model takes several times its size while it is read, and nothing of that is kept.
        await Reading.WaitAsync(ct);
        try
        {
            var layers = WeightLayers.Of(ModelReader.Read(await blobs.ReadAsync(model.Blob, ct), model.Name));
            return new(model.Name, model.Summary, layers, model.Labels);
        }
        finally
        {
            Reading.Release();
        }
    }

    private Task<string> WriteAsync(string text, CancellationToken cancellation) => _blobs.WriteAsync(Encoding.UTF8.GetBytes(text), cancellation);
}

/// <summary>A plan with the images and models that it needs.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Refused">What it leaves out, and why.</param>
internal sealed record PlannedEvaluation(EvaluationPlan Plan, IReadOnlyList<string> Refused)
{
    /// <summary>Gets the model's class names, or none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Gets the memory that its images have; whoever runs it gives it back.</summary>
    public IDisposable? Room { get; init; }
}
