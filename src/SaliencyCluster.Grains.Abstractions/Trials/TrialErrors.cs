using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Abstractions.Trials;

/// <summary>Why a model is not run, made in one place.</summary>
public static class TrialErrors
{
    /// <summary>The code of a model that is quarantined.</summary>
    public const string QuarantinedCode = "SAL4021";

    /// <summary>SAL4021.</summary>
    public static SaliencyException Quarantined(ModelQuarantine model)
    {
        var ended = model.Ended == 1 ? "a process" : FormattableString.Invariant($"{model.Ended} processes");
        var since = FormattableString.Invariant($"{model.Since:u}");
        return new(
            QuarantinedCode,
            $"Model {Short(model.Model)} is quarantined since {since}: it ended {ended} that ran it. The last time: {model.Last}",
            $"Use another model. Once the cause is gone an administrator releases it: saliency models release {Short(model.Model)}");
    }

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
