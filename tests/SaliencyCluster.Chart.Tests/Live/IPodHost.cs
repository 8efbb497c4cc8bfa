using System.Diagnostics;
using System.Net;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>Where pods run: gives each its address and starts its containers with their files.</summary>
internal interface IPodHost : IDisposable
{
    /// <summary>Makes the network of a pod.</summary>
    IPAddress AddPod(string name);

    /// <summary>Removes it.</summary>
    void RemovePod(string name);

    /// <summary>Gives a Service an address of its own, which pods find under its names.</summary>
    IPAddress AddService(string name);

    /// <summary>Starts a container in a pod's network.</summary>
    Process Start(PodContainer container);
}

/// <summary>A container as kubelet would start it.</summary>
/// <param name="Pod">The pod's name.</param>
/// <param name="Address">The pod's address.</param>
/// <param name="Command">Program and arguments.</param>
/// <param name="Image">Folder of the program's files; the container's working directory.</param>
/// <param name="WorkingDirectory">Where they are for the container.</param>
/// <param name="User">Its account.</param>
/// <param name="Environment">Its whole environment.</param>
/// <param name="Mounts">Path in the container to folder on this machine, and whether it is read-only.</param>
/// <param name="Memory">Bytes that it may take with all that it starts; null for no limit. Pods in namespaces only.</param>
internal sealed record PodContainer(
    string Pod, IPAddress Address, IReadOnlyList<string> Command, string Image, string WorkingDirectory, int User,
    IReadOnlyDictionary<string, string> Environment, IReadOnlyDictionary<string, (string Folder, bool ReadOnly)> Mounts,
        long? Memory = null)
{
    /// <summary>Gets the name of its control group.</summary>
    public string Group => $"slc-{Address.ToString().Replace('.', '-')}";
}
