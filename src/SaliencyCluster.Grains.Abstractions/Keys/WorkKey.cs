using System.Security.Cryptography;
using System.Text;

namespace SaliencyCluster.Grains.Abstractions.Keys;

/// <summary>What a piece of work is.</summary>
public enum WorkKind
{
    /// <summary>A job: <see cref="Jobs.IJobGrain"/>.</summary>
    Job = 0,

    /// <summary>An evaluation: <see cref="Evaluations.IEvaluationGrain"/>.</summary>
    Evaluation = 1,
}

/// <summary>Names a job or an evaluation among all work of a cluster.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Tenant">Who owns it.</param>
/// <param name="Id">Its id, unique among those of its kind and tenant.</param>
public readonly record struct WorkKey(WorkKind Kind, string Tenant, string Id)
{
    /// <summary>The number of parts that work is spread over.</summary>
    public const int Parts = 16;

    /// <summary>Gets the key of its own grain.</summary>
    public string Grain => $"{Tenant}/{Id}";

    /// <summary>Gets the part that it belongs to, from 0 to <see cref="Parts"/> - 1.</summary>
    public int Part => SHA256.HashData(Encoding.UTF8.GetBytes(ToString()))[0] % Parts;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static WorkKey Parse(string key) => GrainKeys.Split(key, 3) is [var kind, var tenant, var id] ? new(Enum.Parse<WorkKind>(kind), tenant, id) : default;

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}/{Tenant}/{Id}";
}
