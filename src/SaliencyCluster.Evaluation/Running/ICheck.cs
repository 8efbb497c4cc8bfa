using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Points.Perturbations;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>
/// One kind of evidence: which maps and which forward passes it needs, and what their numbers mean. Pure: a check computes no map,
/// and one sealed class per check is all there is to add.
/// </summary>
public interface ICheck
{
    /// <summary>Gets the name in results.</summary>
    string Name { get; }

    /// <summary>The maps it asks for; to measure the trained model's own maps it asks for those too.</summary>
    IEnumerable<MapQuestion> MapQuestions(EvaluationPlan plan) => [];

    /// <summary>The perturbed images it asks the trained model about.</summary>
    IEnumerable<ForwardQuestion> ForwardQuestions(EvaluationPlan plan) => [];

    /// <summary>Turns everything that was measured for it into what is reported; most checks report it as it is.</summary>
    IEnumerable<Measurement> Finish(IReadOnlyList<Measurement> measured) => measured;
}

/// <summary>Maps that a check needs, and what it measures of each.</summary>
/// <param name="Key">Which maps.</param>
/// <param name="Measure">The numbers of one image.</param>
/// <param name="Montage">Where the report shows these maps; null where it does not.</param>
public sealed record MapQuestion(MapKey Key, Func<MapAnswer, IEnumerable<Measurement>> Measure, MontageSlot? Montage = null);

/// <summary>A place in a montage.</summary>
/// <param name="Check">The check.</param>
/// <param name="Condition">Which series of the check.</param>
/// <param name="Stage">Position in the series.</param>
/// <param name="StageLabel">What the position means.</param>
public sealed record MontageSlot(string Check, string Condition, int Stage, string StageLabel);

/// <summary>One image's maps.</summary>
/// <param name="Image">The image.</param>
/// <param name="Original">The same method's map of the trained model: the one the user sees. Of the image's size.</param>
/// <param name="Map">The map that was asked for, of the image's size.</param>
/// <param name="SameClass">Whether both explain the same class.</param>
public sealed record MapAnswer(EvaluatedImage Image, OriginalMap Original, Tensor Map, bool SameClass);

/// <summary>The trained model's map of an image.</summary>
/// <param name="Map">The map, enlarged to the image's size.</param>
/// <param name="Target">The class that it explains.</param>
/// <param name="Explanation">What the engine said of it; null for controls.</param>
public sealed record OriginalMap(Tensor Map, string Target, ExplainedMap? Explanation);

/// <summary>Names changed copies of all images. Equal keys are computed once, however many checks and methods ask.</summary>
/// <param name="State">The model.</param>
/// <param name="Perturbation">How the images are changed.</param>
/// <param name="Method">Whose map decides the changes; null where no map does.</param>
public sealed record ForwardKey(ModelState State, Perturbation Perturbation, MethodUnderTest? Method);

/// <summary>Changed images that a check wants the model's outputs of.</summary>
/// <param name="Key">Which images.</param>
/// <param name="Method">Whose map is judged.</param>
/// <param name="Measure">The numbers, from the outputs of all copies in order.</param>
public sealed record ForwardQuestion(
    ForwardKey Key, MethodUnderTest Method, Func<EvaluatedImage, OriginalMap, IReadOnlyList<float[]>, IEnumerable<Measurement>> Measure);
