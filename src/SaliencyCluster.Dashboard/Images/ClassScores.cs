using System.Globalization;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Images;

/// <summary>What a model says of an image.</summary>
/// <param name="Model">The model.</param>
/// <param name="Values">One number per class.</param>
/// <param name="AreProbabilities">Whether they are probabilities; else they are scores.</param>
internal sealed record ClassScores(Model Model, IReadOnlyList<float> Values, bool AreProbabilities)
{
    /// <summary>Gets the best classes, best first.</summary>
    public IEnumerable<int> Best(int count) => Enumerable.Range(0, Values.Count).OrderByDescending(c => Values[c]).Take(count);

    /// <summary>Writes a class: its label and index.</summary>
    public string NameOf(int index) => Model.Labels.Count == Values.Count ? $"{Model.Labels[index]} ({index})" : $"class {index}";

    /// <summary>Writes how probable a class is, or its score.</summary>
    public string ValueOf(int index) => AreProbabilities
        ? (100 * Values[index]).ToString("0.00", CultureInfo.InvariantCulture) + " %" : Words.Text.Number(Values[index]);

    /// <summary>Finds a class by its index or its label; null where there is none.</summary>
    public int? Find(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return index < Values.Count ? index : null;
        var labels = Model.Labels.Count == Values.Count ? Model.Labels.ToList() : [];
        return labels.FindIndex(l => l.Equals(text, StringComparison.OrdinalIgnoreCase)) is >= 0 and var found ? found : null;
    }

    /// <summary>Asks the cluster, as whoever looks: no job is listed, and the answer is kept for the next who asks.</summary>
    /// <returns>Null where the explained output has no row of classes, or the job explains detections.</returns>
    /// <exception cref="GatewayException">The model is gone, or no answer could be had.</exception>
    public static async Task<ClassScores?> AskAsync(
        SaliencyClient client, Model model, Job job, ImageInput image, CancellationToken cancellation)
    {
        var asked = job.Options;
        if (asked.HasBox || asked.HasDetection || asked.HasHead) return null;
        var isUsual = !asked.HasOutput || asked.Output == model.Output;
        var shape = isUsual ? model.OutputShape : model.Outputs.FirstOrDefault(o => o.Name == asked.Output)?.Shape;
        if (shape is not { Count: 1 }) return null;
        var question = new ExplanationOptions { Method = "prediction", Target = "0" };
        if (asked.HasOutput) question.Output = asked.Output;
        await foreach (var update in client.ViewAsync(job.Model, question, image, job.Pool, cancellation))
        {
            if (update is ExplainUpdate.Finished { Answer.Map: { } values })
                return new(model, values.Values.ToArray(), isUsual && model.Activation.Length > 0);
        }
        return null;
    }
}
