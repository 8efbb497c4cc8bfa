using System.Globalization;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Runtime.Errors;

/// <summary>Every error of a device, SAL4001 to SAL4099: one place, one text each.</summary>
internal static class RuntimeErrors
{
    public static SaliencyException ProviderNotBuilt(ExecutionProvider provider, IReadOnlyList<string> built) => new(
        "SAL4001",
        $"{DeviceOptions.Section}:ExecutionProvider is '{Name(provider)}', but this build has only {string.Join(", ", built)}.",
        $"Build with -p:OnnxRuntimeFlavor=Gpu, or set {DeviceOptions.Section}:ExecutionProvider to 'cpu'.");

    public static SaliencyException LoadFailed(ExplanationGraph graph, string device, Exception cause) => new(
        "SAL4003",
        $"The explanation graph of model {Short(graph.ModelHash)} could not be loaded on {device}: {cause.Message}",
        "This is a fault of the compiled graph or of the device: report it with the model, or explain another layer or method.", cause);

    public static SaliencyException TrialEnded(ExplanationGraph graph, string device, string why) => new(
        "SAL4022",
        $"Model {Short(graph.ModelHash)} was tried in a process of its own on {device}, and {why}.",
        $"It is tried again, a few times. Use a smaller model, image or micro-batch, "
        + $"or raise {DeviceOptions.Section}:TrialMemoryMegabytes or TrialTimeout where the model is right.");

    public static SaliencyException NoTrial(string device, Exception cause) => new(
        "SAL4024",
        $"A process that tries a model for {device} cannot be started: {cause.Message}",
        $"Look at the host's limits of processes and memory. {DeviceOptions.Section}:Trials=false runs models without a trial.", cause);

    public static SaliencyException TrialFailed(ExplanationGraph graph, string device, string what) => new(
        "SAL4003",
        $"The explanation graph of model {Short(graph.ModelHash)} could not be loaded and run on {device}: {what}",
        "This is a fault of the compiled graph or of the device: report it with the model, or explain another layer or method.");

    public static SaliencyException Stuck(ExplanationGraph graph, string device, TimeSpan timeout, TimeSpan grace) => new(
        "SAL4023",
        $"A run of model {Short(graph.ModelHash)} on {device} did not end within {timeout}, "
        + $"nor {grace.TotalSeconds:0} s after it was told to.",
        "The worker ends its process, since nothing else ends native code; whoever runs it starts it again. "
        + "The model is counted as one that ends processes.");

    public static SaliencyException OverBudget(string model, long neededBytes, long budgetBytes) => new(
        "SAL4004",
        $"Model {Short(model)} needs about {Megabytes(neededBytes)} MB, and the device may use {Megabytes(budgetBytes)} MB.",
        $"Set {DeviceOptions.Section}:MemoryBudgetMegabytes to at least {Megabytes(neededBytes)}, or use a worker with more memory.");

    public static SaliencyException RunFailed(ExplanationGraph graph, string device, Exception cause) => new(
        "SAL4005",
        $"Evaluating {graph.Spec.MicroBatch} points of model {Short(graph.ModelHash)} failed on {device}: {cause.Message}",
        "The shard is tried again; where it fails on every worker, report it with the model.", cause);

    public static SaliencyException RunTimedOut(ExplanationGraph graph, string device, TimeSpan timeout) => new(
        "SAL4006",
        $"Evaluating {graph.Spec.MicroBatch} points of model {Short(graph.ModelHash)} on {device} took longer than {timeout}.",
        $"Set {DeviceOptions.Section}:RunTimeout higher if the model is that slow; otherwise look at the host.");

    public static SaliencyException OutOfDeviceMemory(ExplanationGraph graph, string device, Exception cause) => new(
        "SAL4007",
        $"A micro-batch of {graph.Spec.MicroBatch} points of model {Short(graph.ModelHash)} does not fit on {device}: {cause.Message}",
        "Ask for a smaller micro-batch in the request. It is never changed silently, since it is part of the recipe of the answer.", cause);

    public static SaliencyException Stopped(string device) => new(
        "SAL4008", $"{device} was stopped before the work was done.", "The work is given to another worker; nothing needs to be done.");

    public static SaliencyException BadOptions(IEnumerable<string> errors) => new(
        "SAL4009", string.Join(' ', errors), $"Correct the section {DeviceOptions.Section} of the configuration.");

    public static SaliencyException NotOnDevice(ExplanationGraph graph, string device, IReadOnlyList<string> nodes, Exception cause) => new(
        "SAL4013",
        $"{device} has no kernel for {nodes.Count} nodes of the explanation graph of model {Short(graph.ModelHash)}: {string.Join(", ", nodes.Take(10))}{(nodes.Count > 10 ? ", ..." : "")}. They are never run on the processor instead.",
        "Use a pool with CPUs for this model or method, or report it with the names of the nodes.", cause);

    public static SaliencyException TooManyOperations(ExplanationGraph graph, long most, TimeSpan timeout) => new(
        "SAL4020",
        string.Create(CultureInfo.InvariantCulture, $"Evaluating {graph.Spec.MicroBatch} points of model {Short(graph.ModelHash)} takes about {graph.Operations:E1} operations; a lane does about {most:E1} within {timeout}, after which it would be given up."),
        $"Ask for a smaller micro-batch, use a smaller model or image, or set {DeviceOptions.Section}:RunTimeout higher.");

    public static SaliencyException NoPrecision(string missing) => new(
        "SAL4025", $"This device does not compute in bf16: {missing}.",
        "Leave --precision out, or use a processor that has it (docs/precision.md).");

    private static string Name(ExecutionProvider provider) => DeviceOptions.Text(provider);

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;

    private static long Megabytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}
