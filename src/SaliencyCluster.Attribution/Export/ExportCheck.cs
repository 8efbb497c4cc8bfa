using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Methods.Smoothing;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Export;

/// <summary>Says which explanations have the form of one graph.</summary>
internal static class ExportCheck
{
    /// <summary>The methods that can be exported.</summary>
    public static readonly string[] Methods = ["gradient", "gradient-times-input", "integrated-gradients", "smoothgrad"];

    private static readonly BaselineKind[] Constants = [BaselineKind.Zeros, BaselineKind.Ones, BaselineKind.Stored];

    /// <exception cref="SaliencyException">SAL2060: says what stands in the way.</exception>
    public static void Check(ResolvedRequest request)
    {
        var (asked, recipes) = (request.Options, BaselineSpec.Recipes(request.Options, 0));
        if (!Methods.Contains(asked.Method)) throw No(
            $"method '{asked.Method}' has no form as one graph yet", $"Use {string.Join(", ", Methods)}.");
        if (asked.Smooth is not null) throw No("'smooth' wraps a method in noise", "Use method smoothgrad.");
        if (asked.Tolerance is not null || asked.Rule == "adaptive")
            throw No("how many points are needed is decided while it runs",
                "Leave out `--tolerance` and rule 'adaptive'; give steps or samples.");
        if (asked.Box is not null || asked.Detection is not null)
            throw No("which element a detection is follows from the image", "Give the element as `--target`.");
        if (asked.Layer is not null) throw No("the map is that of a layer", "Leave out `--layer`.");
        if (asked.Sampling is not (null or "independent")) throw No(
            $"sampling '{asked.Sampling}' groups samples", "Use `--sampling independent`.");
        if (asked.StandardErrorMap == true) throw No("a map of standard errors is asked for", "Leave out `--standard-error-map`.");
        if (recipes.Count > 1) throw No("there are several baselines", "Give one.");
        if (recipes.Count == 1 && !Constants.Contains(recipes[0].Kind))
            throw No($"the baseline '{asked.Baseline}' is made from the image in another order of sums", "Use zeros, ones or a .npy file.");
        if (asked.Target == TargetSpec.Predicted && request.Model.OutputShape.Count != 1)
            throw No("the output has several dimensions, so there is no one predicted class", "Give `--target`.");
    }

    /// <exception cref="SaliencyException">SAL2060: too many micro-batches.</exception>
    public static void Chunks(int chunks, int most, int microBatch)
    {
        if (chunks > most) throw No(
            $"it would hold {chunks} copies of the network's nodes, one for each micro-batch of {microBatch}; at most {most} are written",
            "Give a larger `--micro-batch`, or fewer steps or samples.");
    }

    /// <exception cref="SaliencyException">SAL2060: too large for one file.</exception>
    public static void Size(long bytes, long most)
    {
        if (bytes > most) throw No(
            $"weights and noise take {bytes >> 20} MiB, and a file of ONNX holds less than 2 GiB",
            "Give fewer samples, or smaller images.");
    }

    private static SaliencyException No(string why, string next) => new("SAL2060", $"The explanation cannot be exported: {why}.", next);
}
