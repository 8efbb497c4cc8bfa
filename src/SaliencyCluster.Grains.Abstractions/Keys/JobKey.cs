namespace SaliencyCluster.Grains.Abstractions.Keys;

/// <summary>Names a job: the key of <see cref="Jobs.IJobGrain"/>.</summary>
/// <param name="Tenant">Who owns it.</param>
/// <param name="Id">Its id, unique within the tenant, chosen by the client: submitting the same id again is safe.</param>
public readonly record struct JobKey(string Tenant, string Id)
{
    /// <summary>Makes a key of the default tenant.</summary>
    public JobKey(string id) : this(GrainKeys.DefaultTenant, id) { }

    /// <summary>Reads a grain key.</summary>
    public static JobKey Parse(string key) => GrainKeys.Split(key, 2) is [var tenant, var id] ? new(tenant, id) : default;

    /// <summary>Refuses names that cannot be parts of a key.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL3003.</exception>
    public JobKey Checked() => new(GrainKeys.Checked(Tenant, "tenant"), GrainKeys.Checked(Id, "job id"));

    /// <summary>Names one image of the job.</summary>
    public ImageKey Image(int index) => new(Tenant, Id, index);

    /// <inheritdoc/>
    public override string ToString() => $"{Tenant}/{Id}";
}
