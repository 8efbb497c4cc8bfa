namespace SaliencyCluster.Grains.Abstractions.Keys;

/// <summary>Names an evaluation: the key of <see cref="Evaluations.IEvaluationGrain"/>.</summary>
/// <param name="Tenant">Who owns it.</param>
/// <param name="Id">Its id, unique within the tenant, chosen by the client: submitting the same id again is safe.</param>
public readonly record struct EvaluationKey(string Tenant, string Id)
{
    /// <summary>The longest id: its batches are jobs whose ids begin with it.</summary>
    public const int MaxLetters = 80;

    /// <summary>Reads a grain key.</summary>
    public static EvaluationKey Parse(string key) => GrainKeys.Split(key, 2) is [var tenant, var id] ? new(tenant, id) : default;

    /// <summary>Refuses names that cannot be parts of a key.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL3003.</exception>
    public EvaluationKey Checked()
    {
        GrainKeys.Checked(Tenant, "tenant");
        if (Id.Length <= MaxLetters) return this with { Id = GrainKeys.Checked(Id, "evaluation id") };
        throw new Onnx.SaliencyException("SAL3003", $"The evaluation id '{Id}' has {Id.Length} characters.", $"Use at most {MaxLetters}.");
    }

    /// <summary>Names the job of one of its batches.</summary>
    public JobKey Batch(string name) => new(Tenant, $"{Id}.{name}");

    /// <inheritdoc/>
    public override string ToString() => $"{Tenant}/{Id}";
}
